using Seven.Encoders.Heads;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Files.Compact;
using Seven.Numerics;

namespace Seven.Encoders;

/// <summary>A transformer encoder with the head of a task.</summary>
/// <typeparam name="TInput">What it reads: <see cref="TokenizedText"/> or <see cref="Picture"/>.</typeparam>
/// <remarks>Scoring is safe on several threads at once. Training changes the parameters and is not.</remarks>
public abstract class TransformerModel<TInput>
{
    /// <summary>Tokens scored at once: enough to fill the vector units and to read the weights seldom, few enough for the activations to stay in the caches
    /// (of 4 × 256 at 90 % sparsity, 256 tokens at once are scored a quarter faster than 2,048).</summary>
    private const int TokensPerScoringBatch = 512;

    /// <summary>Tokens from which on a call makes sparse forms of pruned weights. Making them saves nothing on fewer than some 700: for BERT-base at 80 % sparsity
    /// it takes half a second, mostly the first touch of their memory.</summary>
    private const int TokensWorthSparseWeights = 2048;

    private readonly IInputLayer<TInput> _input;
    private readonly TransformerEncoder _encoder;
    private readonly IHead _head;

    private protected TransformerModel(IInputLayer<TInput> input, TransformerEncoder encoder, IHead head)
    {
        (_input, _encoder, _head) = (input, encoder, head);
        Parameters = [.. input.Parameters, .. encoder.Parameters, .. head.Parameters];
    }

    /// <summary>All trainable values, in the order of a forward pass.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Number of trainable values.</summary>
    public long ParameterCount => Parameters.Sum(parameter => (long)parameter.Count);

    /// <summary>Whether the input is longer than the network can read, so that its end is cut off.</summary>
    /// <param name="input">The input.</param>
    public bool IsCut(TInput input) => _input.IsCut(input);

    /// <summary>Saves a Hugging Face folder that any tool reads: <c>config.json</c> and <c>model.safetensors</c>. Pruned weights are written as zeros.</summary>
    /// <param name="folder">The folder, made if it is not there.</param>
    /// <exception cref="IOException">It could not be written; older files are unchanged.</exception>
    public void Save(string folder) => Write(folder, compact: null);

    /// <summary>Saves the same folder with pruned matrices as bitmasks: about a quarter of the size at 80 % sparsity, or a seventh with 16-bit values.</summary>
    /// <remarks>It is loaded like any other. The layout is compressed-tensors' sparse-bitmask.</remarks>
    /// <param name="folder">The folder, made if it is not there.</param>
    /// <param name="values">How kept weights are stored. Default float32, which loses nothing.</param>
    /// <exception cref="IOException">It could not be written; older files are unchanged.</exception>
    /// <exception cref="InvalidOperationException">A weight is too large for float16.</exception>
    public void SaveCompact(string folder, ValuePrecision values = ValuePrecision.Float32) => Write(folder, values);

    private protected abstract void Write(string folder, ValuePrecision? compact);

    /// <summary>Memory for the inputs of one batch after another.</summary>
    internal InputBatch<TInput> NewBatch() => _input.NewBatch();

    /// <summary>The head's outputs, and how to go back from their gradient to that of every parameter.</summary>
    internal (Matrix Output, Backward Backward) Forward(InputBatch<TInput> batch, Pass pass)
    {
        var (embedded, backwardOfInput) = _input.Forward(batch, pass);
        var (hidden, backwardOfEncoder) = _encoder.Forward(embedded, batch.Layout, pass);
        var (output, backwardOfHead) = _head.Forward(hidden, batch.Layout, pass);
        return (output, gradient => backwardOfInput(backwardOfEncoder(backwardOfHead(gradient))));
    }

    /// <summary>The head's outputs alone, with nothing allocated once the memory of pass and batch has grown.</summary>
    internal Matrix Score(InputBatch<TInput> batch, Pass pass) =>
        _head.Score(_encoder.Score(_input.Score(batch, pass), batch.Layout, pass), batch.Layout, pass);

    /// <summary>Scores all inputs, some hundred tokens at a time, in order.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="onBatch">Told of each batch's outputs, its layout and its first input.</param>
    /// <param name="sparse">Sparse forms of the weights, if there are any already.</param>
    /// <param name="cancellation">Stops between batches.</param>
    internal void Score<T>(
        IReadOnlyList<T> inputs, Workers workers, Action<Matrix, SequenceLayout, int> onBatch, SparseWeights? sparse = null, CancellationToken cancellation = default)
        where T : TInput
    {
        var (arena, batch) = (new Arena(), NewBatch());
        if (sparse is null && TokensOf(inputs) >= TokensWorthSparseWeights)
            sparse = SparseWeights.OfZeros(TokensPerScoringBatch);
        for (int start = 0; start < inputs.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = Fill(batch, inputs, start);
            onBatch(Score(batch, Pass.ForScoring(arena, workers, sparse)), batch.Layout, start);
            arena.Reset();
            start = end;
        }
    }

    /// <summary>Tokens of all inputs together.</summary>
    internal long TokensOf<T>(IReadOnlyList<T> inputs)
        where T : TInput =>
        inputs.Sum(input => (long)_input.Length(input));

    /// <summary>Puts as many inputs into a batch as are scored at once, at least one.</summary>
    /// <returns>The first input that is left.</returns>
    internal int Fill<T>(InputBatch<TInput> batch, IReadOnlyList<T> inputs, int start)
        where T : TInput
    {
        batch.Clear();
        int next = start;
        do
            batch.Add(inputs[next++]);
        while (next < inputs.Count && batch.Layout.Tokens + _input.Length(inputs[next]) <= TokensPerScoringBatch);
        return next;
    }

    /// <summary>Outputs of a head that gives one vector a sequence: [outputs] for each input.</summary>
    private protected IReadOnlyList<float[]> ScoreSequences(IReadOnlyList<TInput> inputs)
    {
        var scores = new float[inputs.Count][];
        Score(inputs, Workers.Of(0), (output, layout, first) =>
        {
            for (int i = 0; i < layout.Count; i++)
                scores[first + i] = ColumnOf(output, i);
        });
        return scores;
    }

    private protected static float[] ColumnOf(Matrix matrix, int column)
    {
        var values = new float[matrix.Rows];
        for (int row = 0; row < values.Length; row++)
            values[row] = matrix.Row(row)[column];
        return values;
    }
}
