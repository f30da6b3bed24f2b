using System.Numerics.Tensors;
using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Files.Compact;
using Seven.Numerics;
using Seven.Tokens;

namespace Seven.Inference;

/// <summary>A model that only scores: read from a folder once, never changed, safe to use on any number of threads at once.</summary>
/// <remarks>
/// Layers with enough zeros are held and computed as their kept weights alone. Texts of different lengths are scored together without padding. A call allocates
/// its result and nothing else, once there have been as many calls at the same time before.
/// </remarks>
public sealed class SparseModel : IDisposable
{
    private FrozenNetwork? _network;
    private Scorer<TokenizedText>? _text;
    private Scorer<Picture>? _pictures;
    private readonly WordPieces? _pieces;

    private SparseModel(FrozenNetwork network, Workers workers, WordPieces? pieces = null)
    {
        _pieces = pieces;
        (_network, Task, Configuration) = (network, network.Task, network.Configuration);
        Sparsity = network.PrunableWeights == 0 ? 0 : 1 - network.KeptWeights / (double)network.PrunableWeights;
        _text = network.Text is { } text ? new Scorer<TokenizedText>(text, network.Sparse, workers) : null;
        _pictures = network.Pictures is { } pictures ? new Scorer<Picture>(pictures, network.Sparse, workers) : null;
    }

    /// <summary>What the model was trained for, by the architecture that its folder names.</summary>
    public ModelTask Task { get; }

    /// <summary>The network's shape: a <see cref="BertConfiguration"/> or a <see cref="VitConfiguration"/>.</summary>
    public EncoderConfiguration Configuration { get; }

    /// <summary>Names of the classes, in the order of the probabilities.</summary>
    public IReadOnlyList<string> Labels => Configuration.Labels;

    /// <summary>Share of zeros among the weights of linear layers and convolutions.</summary>
    public double Sparsity { get; }

    /// <summary>Whether the folder had a vocabulary, so that texts can be scored as they are; without one, as token numbers.</summary>
    public bool HasVocabulary => _pieces is not null;

    /// <summary>Calls whose memory waits to be used again, and the bytes of their activations.</summary>
    internal (int Calls, long Bytes) Held => _text?.Held ?? _pictures?.Held ?? default;

    /// <summary>Reads a Hugging Face folder, dense or compact: <c>config.json</c> and <c>model.safetensors</c>, and for BERT <c>vocab.txt</c> or
    /// <c>tokenizer.json</c> where there is one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How to score; <see langword="null"/> for the defaults.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or is of an architecture that is not known here.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static SparseModel Load(string folder, SparseModelOptions? options = null)
    {
        options = (options ?? new()).Validated();
        var network = FrozenNetwork.Read(folder, options.SparseFrom);
        var pieces = network.Configuration is BertConfiguration bert && Vocabulary.IsIn(folder) ? WordPieces.Read(folder, bert.VocabularySize) : null;
        return new SparseModel(network, Workers.Of(options.Threads), pieces);
    }

    /// <summary>Saves the folder that it could be read from.</summary>
    /// <inheritdoc cref="TransformerModel{TInput}.Save(string)" path="/param|/exception"/>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public void Save(string folder)
    {
        Write(text => text.Save(folder), pictures => pictures.Save(folder));
        _pieces?.Vocabulary.Save(folder);
    }

    /// <summary>Saves the same folder with pruned matrices as bitmasks.</summary>
    /// <inheritdoc cref="TransformerModel{TInput}.SaveCompact(string, ValuePrecision)" path="/param|/exception"/>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public void SaveCompact(string folder, ValuePrecision values = ValuePrecision.Float32)
    {
        Write(text => text.SaveCompact(folder, values), pictures => pictures.SaveCompact(folder, values));
        _pieces?.Vocabulary.Save(folder);
    }

    /// <summary>A model to score with in the place of one that was trained, which is not to be used any more.</summary>
    internal static SparseModel TakeOver<TInput>(TransformerModel<TInput> model, SparseModelOptions? options = null)
    {
        options = (options ?? new()).Validated();
        return new SparseModel(FrozenNetwork.Of(model, options.SparseFrom), Workers.Of(options.Threads));
    }

    /// <summary>Copies all weights into a model of the same shape, which may be trained.</summary>
    internal void CopyTo(IReadOnlyList<Parameter> parameters) => Write(text => Copy(text.Parameters, parameters), pictures => Copy(pictures.Parameters, parameters));

    /// <summary>The probabilities of the classes of a text, [labels].</summary>
    /// <param name="text">The text; tokens beyond those that the network reads are cut off.</param>
    /// <exception cref="InvalidOperationException">The model is of another task, or its folder had no vocabulary.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public float[] Classify(string text) => Classify((int[])Tokenized(text).Tokens);

    /// <summary>The probabilities of the classes of a pair of texts, [labels].</summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text. Of a pair that is longer than the network reads, the longer text is cut first.</param>
    /// <inheritdoc cref="Classify(string)" path="/exception"/>
    public float[] Classify(string first, string second) => Classify([Tokenized(first, second)])[0];

    /// <summary>The probabilities of the classes of each text, [labels] each.</summary>
    /// <param name="texts">The texts, of any lengths.</param>
    /// <inheritdoc cref="Classify(string)" path="/exception"/>
    public float[][] Classify(IReadOnlyList<string> texts) => Classify([.. texts.Select(text => Tokenized(text))]);

    /// <summary>The probabilities of the classes of a text, [labels].</summary>
    /// <param name="tokens">Token numbers, [length]; what is longer than the network reads is cut off.</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public float[] Classify(ReadOnlySpan<int> tokens) => Classify(tokens, segments: []);

    /// <summary>The probabilities of the classes of a text or a pair of texts, [labels].</summary>
    /// <param name="tokens">Token numbers, [length]; what is longer than the network reads is cut off.</param>
    /// <param name="segments">The segment of each token, [length]; none for all 0.</param>
    /// <exception cref="ArgumentException">There are no tokens, or one is not in the vocabulary, or lengths differ.</exception>
    /// <exception cref="InvalidOperationException">The model is of another task.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public float[] Classify(ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments)
    {
        var probabilities = new float[Labels.Count];
        Classify(tokens, segments, probabilities);
        return probabilities;
    }

    /// <summary>The same into memory of the caller's, with nothing allocated.</summary>
    /// <param name="tokens">Token numbers, [length].</param>
    /// <param name="segments">The segment of each token, [length]; none for all 0.</param>
    /// <param name="probabilities">[labels].</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public void Classify(ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments, Span<float> probabilities)
    {
        Require.SameLength(probabilities.Length, Labels.Count, nameof(probabilities));
        using var call = Begin(ModelTask.TextClassification, tokens, segments);
        WriteProbabilities(call.Score(), 0, probabilities);
    }

    /// <summary>The probabilities of the classes of each text, [labels] each.</summary>
    /// <param name="texts">The texts, of any lengths.</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public float[][] Classify(IReadOnlyList<TokenizedText> texts) => Batches(Text(ModelTask.TextClassification), texts, Probabilities);

    /// <summary>The probabilities of the classes of an image, [labels].</summary>
    /// <param name="picture">The image.</param>
    /// <exception cref="ArgumentException">It has another number of values than the network reads.</exception>
    /// <exception cref="InvalidOperationException">The model is of another task.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public float[] Classify(Picture picture)
    {
        using var call = Pictures().Begin();
        call.Inputs.Add(picture);
        return Probabilities(call.Score(), call.Inputs.Layout, 0);
    }

    /// <summary>The probabilities of the classes of each image, [labels] each.</summary>
    /// <param name="pictures">The images.</param>
    /// <inheritdoc cref="Classify(Picture)" path="/exception"/>
    public float[][] Classify(IReadOnlyList<Picture> pictures) => Batches(Pictures(), pictures, Probabilities);

    /// <summary>The number that the model gives a text.</summary>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/param|/exception"/>
    public float Rate(ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments = default)
    {
        using var call = Begin(ModelTask.TextRegression, tokens, segments);
        return call.Score().Row(0)[0];
    }

    /// <summary>The number that the model gives each text.</summary>
    /// <param name="texts">The texts, of any lengths.</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public float[] Rate(IReadOnlyList<TokenizedText> texts) =>
        Batches(Text(ModelTask.TextRegression), texts, static (output, _, i) => output.Row(0)[i]);

    /// <summary>Where the answer starts and ends: two arrays of [length], before softmax.</summary>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/param|/exception"/>
    public SpanScores Answer(ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments = default)
    {
        using var call = Begin(ModelTask.QuestionAnswering, tokens, segments);
        return BertQuestionAnswering.SpanOf(call.Score(), call.Inputs.Layout, 0);
    }

    /// <summary>Where the answer of each text starts and ends.</summary>
    /// <param name="texts">Question and context as one text each.</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public SpanScores[] Answer(IReadOnlyList<TokenizedText> texts) => Batches(Text(ModelTask.QuestionAnswering), texts, BertQuestionAnswering.SpanOf);

    /// <summary>Gives all memory back. Calls under way come to their end.</summary>
    public void Dispose() => (_network, _text, _pictures) = (null, null, null);

    private void Write(Action<TransformerModel<TokenizedText>> ofTexts, Action<TransformerModel<Picture>> ofPictures)
    {
        var network = _network ?? throw Disposed();
        network.WithDenseWeights(() =>
        {
            if (network.Text is { } text)
                ofTexts(text);
            else
                ofPictures(network.Pictures!);
        });
    }

    private static void Copy(IReadOnlyList<Parameter> from, IReadOnlyList<Parameter> to)
    {
        for (int i = 0; i < to.Count; i++)
            from[i].Values.CopyTo(to[i].Values);
    }

    /// <summary>Scores inputs some hundred tokens at a time, in order.</summary>
    private static TResult[] Batches<TInput, TResult>(Scorer<TInput> scorer, IReadOnlyList<TInput> inputs, Func<Matrix, SequenceLayout, int, TResult> resultOf)
    {
        var results = new TResult[inputs.Count];
        using var call = scorer.Begin();
        for (int first = 0, end; first < inputs.Count; first = end)
        {
            end = call.Fill(inputs, first);
            Matrix output = call.Score();
            for (int i = first; i < end; i++)
                results[i] = resultOf(output, call.Inputs.Layout, i - first);
        }

        return results;
    }

    private static float[] Probabilities(Matrix output, SequenceLayout layout, int sequence)
    {
        var probabilities = new float[output.Rows];
        WriteProbabilities(output, sequence, probabilities);
        return probabilities;
    }

    private static void WriteProbabilities(Matrix output, int sequence, Span<float> probabilities)
    {
        for (int label = 0; label < probabilities.Length; label++)
            probabilities[label] = output.Row(label)[sequence];
        TensorPrimitives.SoftMax<float>(probabilities, probabilities);
    }

    /// <summary>A call with one text.</summary>
    private Scorer<TokenizedText>.Call Begin(ModelTask task, ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments)
    {
        var call = Text(task).Begin();
        try
        {
            ((TokenBatch)call.Inputs).Add(tokens, segments);
            return call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private TokenizedText Tokenized(string text, string? second = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var pieces = _pieces ?? throw new InvalidOperationException("The model's folder had no vocabulary; expected vocab.txt or tokenizer.json in it, or token numbers instead of a text.");
        int maximum = ((BertConfiguration)Configuration).MaximumTokens;
        var tokens = pieces.Encode(text.AsMemory());
        return second is null ? pieces.Join(tokens, maximum) : pieces.Join(tokens, pieces.Encode(second.AsMemory()), maximum);
    }

    private Scorer<TokenizedText> Text(ModelTask task)
    {
        CheckTask(task);
        return _text ?? throw Disposed();
    }

    private Scorer<Picture> Pictures()
    {
        CheckTask(ModelTask.ImageClassification);
        return _pictures ?? throw Disposed();
    }

    private void CheckTask(ModelTask asked)
    {
        ObjectDisposedException.ThrowIf(_network is null, this);
        if (Task != asked)
            throw new InvalidOperationException($"The model is one for {Task}; expected one for {asked}.");
    }

    private ObjectDisposedException Disposed() => new(GetType().FullName);
}
