using Seven.Encoders.Heads;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders;

/// <summary>A transformer encoder that reads inputs of one kind.</summary>
/// <typeparam name="TInput">What it reads: <see cref="TokenizedText"/> or <see cref="Picture"/>.</typeparam>
public abstract class EncoderModel<TInput> : EncoderModel
{
    /// <summary>Tokens scored at once: enough to fill the vector units and to read the weights seldom, few enough for the activations to stay in the caches
    /// (of 4 × 256 at 90 % sparsity, 256 tokens at once are scored a quarter faster than 2,048).</summary>
    private const int TokensPerScoringBatch = 512;

    /// <summary>Tokens from which on a call makes sparse forms of pruned weights. Making them saves nothing on fewer than some 700: for BERT-base at 80 % sparsity
    /// it takes half a second, mostly the first touch of their memory.</summary>
    private const int TokensWorthSparseForms = 2048;

    private readonly IInputLayer<TInput> _input;
    private readonly TransformerEncoder _encoder;
    private readonly Head _head;

    private protected EncoderModel(EncoderConfiguration configuration, EncoderTask task, WeightInitializer initializer)
        : base(configuration.Validated())
    {
        var head = configuration.Architecture.HeadFor(task.Head, task.Name);
        task.CheckLabels();
        _input = IInputLayer<TInput>.Of(configuration, initializer);
        _encoder = new TransformerEncoder(configuration, initializer);
        _head = new Head(configuration, head, task.Outputs, task.IsPerToken, initializer);
        Parameters = [.. _input.Parameters, .. _encoder.Parameters, .. _head.Parameters];
    }

    /// <inheritdoc />
    public override IReadOnlyList<Parameter> Parameters { get; }

    internal override IReadOnlyList<Parameter> ParametersOfTask => _head.ParametersOfTask;

    internal override IReadOnlyList<Parameter> OutputParameters => _head.OutputParameters;

    /// <summary>Whether the input is longer than the network can read, so that its end is cut off.</summary>
    /// <param name="input">The input.</param>
    public bool IsCut(TInput input) => _input.IsCut(input);

    /// <summary>Saves a compact folder whose values of 8 or 4 bits are rounded by what the layers read of some inputs, so that the model's outputs change less: in 4 bits about half as much as without.</summary>
    /// <remarks>Each row has equations of its own, over its kept weights: that takes some seconds for a MiniLM, one to two minutes for a BERT-base of 80 % zeros, and longer between 0 and 60 %. It takes memory for
    /// a square matrix of floats for each layer, some 540 MB for a BERT-base. The method is GPTQ (Frantar et al., 2022) over the weights that are kept. The model itself is not changed.</remarks>
    /// <param name="folder">The folder, created if it does not exist.</param>
    /// <param name="precision"><see cref="ValuePrecision.Int8"/> or <see cref="ValuePrecision.Int4"/>.</param>
    /// <param name="calibration">Inputs of the kind that will be scored, such as some hundred of those learned from. More than about a thousand gain nothing.</param>
    /// <exception cref="ArgumentException">There are no inputs, or the precision rounds no weights.</exception>
    /// <exception cref="InvalidOperationException">Weights, or what a layer read, are not finite.</exception>
    /// <exception cref="IOException">It could not be written; older files are unchanged.</exception>
    public void SaveCompact(string folder, ValuePrecision precision, IReadOnlyList<TInput> calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        Calibration.Check(precision);
        Calibration.Check(calibration.Count);
        Rounded(precision, calibration, threads: 0).SaveCompact(folder, precision);
    }

    /// <summary>The same model, in memory of its own, with weights rounded to 8 or 4 bits.</summary>
    internal EncoderModel<TInput> Rounded(ValuePrecision precision, IReadOnlyList<TInput> calibration, int threads)
    {
        var (rounded, workers) = (NewCopy(), Workers.Of(threads));
        var observed = new Calibration(rounded);
        rounded.Score(calibration, workers, static (_, _, _) => { });
        observed.Round(precision, workers);
        return rounded;
    }

    /// <summary>The same model with weights of its own.</summary>
    private protected abstract EncoderModel<TInput> NewCopy();

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
    internal Matrix Score(InputBatch<TInput> batch, Pass pass)
    {
        Matrix x = _input.Score(batch, pass);
        if (!_head.ReadsAllTokens && pass.Inner is null)
            return _head.Score(_encoder.ScoreFirstTokens(x, batch.Layout, pass), batch.Layout, pass);
        x = _encoder.Score(x, batch.Layout, pass);
        return _head.Score(_head.ReadsAllTokens ? x : FirstToken.Gather(x, batch.Layout, pass), batch.Layout, pass);
    }

    /// <summary>Scores all inputs, some hundred tokens at a time, in order.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="onBatch">Called with each batch's outputs, its layout and its first input.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    internal void Score<T>(
        IReadOnlyList<T> inputs, Workers workers, Action<Matrix, SequenceLayout, int> onBatch, CancellationToken cancellationToken = default)
        where T : TInput
    {
        var (arena, batch) = (new Arena(), NewBatch());
        var forms = TokensOf(inputs) >= TokensWorthSparseForms ? new TemporaryForms(TokensPerScoringBatch) : null;
        for (int start = 0; start < inputs.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = Fill(batch, inputs, start);
            onBatch(Score(batch, Pass.ForScoring(arena, workers, forms)), batch.Layout, start);
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

    /// <summary>The head's outputs for each input, before softmax: [outputs], or row by row [outputs × length] where every token has some.</summary>
    /// <param name="inputs">The inputs.</param>
    public IReadOnlyList<float[]> Logits(IReadOnlyList<TInput> inputs)
    {
        var logits = new float[inputs.Count][];
        Score(inputs, Workers.Of(0), (output, layout, first) =>
        {
            for (int i = 0; i < layout.Count; i++)
                logits[first + i] = EncoderTask.IsPerToken ? Block(output, layout.Start(i), layout.Length(i)) : Block(output, i, 1);
        });
        return logits;
    }

    private static float[] Block(Matrix matrix, int start, int columns)
    {
        var values = new float[matrix.Rows * columns];
        for (int row = 0; row < matrix.Rows; row++)
            matrix.Row(row).Slice(start, columns).CopyTo(values.AsSpan(row * columns));
        return values;
    }
}

/// <summary>A transformer encoder with the head of a task. Made by <see cref="EncoderModel.Create"/> and <see cref="EncoderModel.Load"/>.</summary>
/// <typeparam name="TInput">An input: <see cref="TokenizedText"/> or <see cref="Picture"/>.</typeparam>
/// <typeparam name="TExample">An input with its target.</typeparam>
/// <typeparam name="TOutput">The result for one input.</typeparam>
public sealed class EncoderModel<TInput, TExample, TOutput> : EncoderModel<TInput>
    where TExample : class, TInput
{
    internal EncoderModel(EncoderConfiguration configuration, EncoderTask<TInput, TExample, TOutput> task, WeightInitializer initializer)
        : base(configuration, task, initializer) => Task = task;

    /// <summary>The task of the model.</summary>
    public EncoderTask<TInput, TExample, TOutput> Task { get; }

    internal override EncoderTask EncoderTask => Task;

    private protected override EncoderModel<TInput> NewCopy() => Copy();

    /// <summary>The same model with weights of its own.</summary>
    internal EncoderModel<TInput, TExample, TOutput> Copy()
    {
        var copy = Task.NewModel(Configuration, new WeightInitializer(seed: null));
        for (int i = 0; i < Parameters.Count; i++)
            Parameters[i].CopyTo(copy.Parameters[i]);
        return (EncoderModel<TInput, TExample, TOutput>)copy;
    }

    /// <summary>The model without attention heads and intermediate features all of whose weights were removed, as <see cref="Pruning.Patterns.AttentionHeads"/> and
    /// <see cref="Pruning.Patterns.IntermediateFeatures"/> leave them. It has smaller matrices, and its results are the same.</summary>
    /// <returns>A new model; this one is not changed.</returns>
    public EncoderModel<TInput, TExample, TOutput> WithoutPrunedStructures()
    {
        var (shape, kept) = StructureRemoval.Plan(this);
        var smaller = Task.NewModel(shape, new WeightInitializer(seed: null));
        for (int i = 0; i < Parameters.Count; i++)
        {
            if (Parameters[i].Structure is { } part)
                StructureRemoval.Copy(Parameters[i], smaller.Parameters[i], kept[(part.Kind, part.Name)]);
            else
                Parameters[i].CopyTo(smaller.Parameters[i]);
        }

        return smaller;
    }

    /// <summary>The result for each input: probabilities of classes, a number, or the scores of an answer's start and end.</summary>
    /// <param name="inputs">The inputs.</param>
    public IReadOnlyList<TOutput> Predict(IReadOnlyList<TInput> inputs)
    {
        var results = new TOutput[inputs.Count];
        Score(inputs, Workers.Of(0), (output, layout, first) =>
        {
            for (int i = 0; i < layout.Count; i++)
                results[first + i] = Task.ResultOf(output, layout, i);
        });
        return results;
    }
}
