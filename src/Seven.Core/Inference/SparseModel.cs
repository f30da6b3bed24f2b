using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Hub;
using Seven.Numerics;
using Seven.Tokens;
using Seven.Weights;

namespace Seven.Inference;

/// <summary>A model that only scores: read from a folder once, never changed, safe to use on any number of threads at once.</summary>
/// <remarks>
/// Layers with enough zeros are held and computed as their kept weights alone. Texts of different lengths are scored together without padding. A call allocates
/// its result and nothing else, once there have been as many calls at the same time before.
/// </remarks>
public sealed class SparseModel : IDisposable
{
    private static readonly TextClassificationTask s_textClassification = EncoderTasks.TextClassification();
    private static readonly TextRegressionTask s_textRegression = EncoderTasks.TextRegression();
    private static readonly QuestionAnsweringTask s_questionAnswering = EncoderTasks.QuestionAnswering();
    private static readonly TextEmbeddingTask s_textEmbedding = EncoderTasks.TextEmbedding();

    private readonly TextTokenizer? _tokenizer;
    private readonly SparseModelOptions _options;
    private FrozenNetwork? _network;
    private IScorer? _scorer;

    private SparseModel(FrozenNetwork network, SparseModelOptions options, TextTokenizer? tokenizer = null)
    {
        (_network, _options, _tokenizer) = (network, options, tokenizer);
        var workers = Workers.Of(options.Threads);
        (Task, Configuration) = (network.Model.EncoderTask, network.Model.Configuration);
        Sparsity = network.PrunableWeights == 0 ? 0 : 1 - network.KeptWeights / (double)network.PrunableWeights;
        _scorer = network.Model switch
        {
            EncoderModel<TokenizedText> text => new Scorer<TokenizedText>(text, workers),
            _ => new Scorer<Picture>((EncoderModel<Picture>)network.Model, workers),
        };
    }

    /// <summary>The task of the model, as its folder names it.</summary>
    public EncoderTask Task { get; }

    /// <summary>The network's shape: a <see cref="TextConfiguration"/> or an <see cref="ImageConfiguration"/>.</summary>
    public EncoderConfiguration Configuration { get; }

    /// <summary>Names of the classes, in the order of the probabilities.</summary>
    public IReadOnlyList<string> Labels => Task.Labels;

    /// <summary>Share of zeros among the weights of linear layers and convolutions.</summary>
    public double Sparsity { get; }

    /// <summary>The numbers with which the encoder's layers are multiplied: float32 or int8.</summary>
    public Precision Precision => (_network ?? throw Disposed()).Precision;

    /// <summary>Whether the folder had a vocabulary, so that texts can be scored as they are; without one, as token numbers.</summary>
    public bool HasVocabulary => _tokenizer is not null;

    /// <summary>The network, whose layers hold what they are computed from.</summary>
    internal EncoderModel Network => (_network ?? throw Disposed()).Model;

    /// <summary>The tokenizer; <see langword="null"/> if the folder had no vocabulary.</summary>
    internal TextTokenizer? Tokenizer => _tokenizer;

    /// <summary>Calls whose memory waits to be used again, and the bytes of their activations.</summary>
    internal (int Calls, long Bytes) Held => _scorer?.Held ?? default;

    /// <summary>Reads a Hugging Face folder, dense or compact: <c>config.json</c> and <c>model.safetensors</c>, and for text encoders what its
    /// tokenizer is described by, where there is something: <c>tokenizer.json</c>, <c>vocab.txt</c>, <c>vocab.json</c> beside <c>merges.txt</c>, or <c>sentencepiece.bpe.model</c>.</summary>
    /// <param name="modelFolder">The folder, or a name on Hugging Face's hub, from which it is downloaded once.</param>
    /// <param name="options">How to score; <see langword="null"/> for the defaults.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or is of an architecture that is not known here.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static SparseModel Load(string modelFolder, SparseModelOptions? options = null)
    {
        options = (options ?? new()).Validated();
        string folder = ModelHub.FolderOf(modelFolder);
        // The vocabulary is read on another thread meanwhile: it takes a tenth of the time.
        Task<TextTokenizer?>? tokenizer = null;
        var network = FrozenNetwork.Read(folder, options, model => tokenizer = System.Threading.Tasks.Task.Run(() => ReadTokenizer(folder, model.Configuration)));
        return new SparseModel(network, options, tokenizer?.GetAwaiter().GetResult());
    }

    /// <summary>Saves the folder that it could be read from.</summary>
    /// <inheritdoc cref="EncoderModel.Save(string)" path="/param|/exception"/>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public void Save(string folder)
    {
        Write(model => model.Save(folder));
        _tokenizer?.Save(folder);
    }

    /// <summary>Saves the same folder with pruned matrices as bitmasks.</summary>
    /// <inheritdoc cref="EncoderModel.SaveCompact(string, ValuePrecision)" path="/param|/exception"/>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public void SaveCompact(string folder, ValuePrecision precision = ValuePrecision.Float32)
    {
        Write(model => model.SaveCompact(folder, precision));
        _tokenizer?.Save(folder);
    }

    /// <summary>The same model in float32, in memory of its own, whose weights are rounded to 8 or 4 bits by what its layers read.</summary>
    /// <param name="precision">The bits.</param>
    /// <param name="score">Scores inputs with the model given, before it is rounded.</param>
    internal SparseModel Rounded(ValuePrecision precision, Action<SparseModel> score)
    {
        // Dense layers, whose floats are there to be rounded.
        var options = (_options with { Precision = Precision.Float32, SparseFrom = 1 }).Validated();
        var copy = NewCopy();
        var rounded = new SparseModel(FrozenNetwork.Of(copy, options), options, _tokenizer);
        var observed = new Calibration(copy);
        score(rounded);
        observed.Round(precision, Workers.Of(options.Threads));
        return rounded;
    }

    /// <summary>The network with all its floats, in memory of its own.</summary>
    private EncoderModel NewCopy()
    {
        var copy = Task.NewModel(Configuration, new WeightInitializer(seed: null));
        CopyTo(copy.Parameters);
        return copy;
    }

    /// <summary>Whether the model reads inputs of a type.</summary>
    internal bool Reads<TInput>() => (_scorer ?? throw Disposed()) is Scorer<TInput>;

    /// <summary>Scores inputs for the sake of <see cref="Rounded"/>.</summary>
    internal void ScoreAll<TInput>(IReadOnlyList<TInput> inputs)
    {
        using var call = ((Scorer<TInput>)_scorer!).Begin();
        for (int first = 0; first < inputs.Count;)
        {
            first = call.Fill(inputs, first);
            call.Score();
        }
    }

    /// <summary>The same model with other numbers, in memory of its own.</summary>
    /// <param name="precision">The numbers; <see cref="Precision.Automatic"/> is float32 here.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public SparseModel WithPrecision(Precision precision)
    {
        var options = (_options with { Precision = precision }).Validated();
        return new SparseModel(FrozenNetwork.Of(NewCopy(), options), options, _tokenizer);
    }

    /// <summary>A model for inference from one that was trained, which must not be used any more.</summary>
    internal static SparseModel Of(EncoderModel model, SparseModelOptions? options = null)
    {
        options = (options ?? new()).Validated();
        // Training has left floats, whatever the file held that it began with.
        if (options.Precision == Precision.Automatic)
            options = options with { Precision = Precision.Float32 };
        return new SparseModel(FrozenNetwork.Of(model, options), options);
    }

    /// <summary>Copies all weights into a model of the same shape, which may be trained.</summary>
    internal void CopyTo(IReadOnlyList<Parameter> parameters) => Write(model => Copy(model.Parameters, parameters));

    /// <summary>The probabilities of the classes of a text, [labels].</summary>
    /// <param name="text">The text; tokens beyond those that the network reads are cut off.</param>
    /// <exception cref="InvalidOperationException">The model is of another task, or its folder had no vocabulary.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public float[] Classify(string text) => Classify((int[])Tokenize(text).Tokens);

    /// <summary>The probabilities of the classes of a pair of texts, [labels].</summary>
    /// <param name="text">The first text.</param>
    /// <param name="secondText">The second text. Of a pair that is longer than the network reads, the longer text is cut first.</param>
    /// <inheritdoc cref="Classify(string)" path="/exception"/>
    public float[] Classify(string text, string secondText) => Classify([Tokenize(text, secondText)])[0];

    /// <summary>The probabilities of the classes of each text, [labels] each.</summary>
    /// <param name="texts">The texts, of any lengths.</param>
    /// <inheritdoc cref="Classify(string)" path="/exception"/>
    public float[][] Classify(IReadOnlyList<string> texts) => Classify([.. texts.Select(text => Tokenize(text))]);

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
        using var call = Begin(s_textClassification, tokens, segments);
        TextClassificationTask.Probabilities(call.Score(), 0, probabilities);
    }

    /// <summary>The probabilities of the classes of each text, [labels] each.</summary>
    /// <param name="texts">The texts, of any lengths.</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public float[][] Classify(IReadOnlyList<TokenizedText> texts) => Predict<TokenizedText, LabeledText, float[]>(s_textClassification, texts);

    /// <summary>The probabilities of the classes of an image, [labels].</summary>
    /// <param name="picture">The image.</param>
    /// <exception cref="ArgumentException">It has another number of values than the network reads.</exception>
    /// <exception cref="InvalidOperationException">The model is of another task.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public float[] Classify(Picture picture) => Classify([picture])[0];

    /// <summary>The probabilities of the classes of each image, [labels] each.</summary>
    /// <param name="pictures">The images.</param>
    /// <inheritdoc cref="Classify(Picture)" path="/exception"/>
    public float[][] Classify(IReadOnlyList<Picture> pictures) => Predict<Picture, LabeledPicture, float[]>(EncoderTasks.ImageClassification(), pictures);

    /// <summary>The number that the model gives a text.</summary>
    /// <inheritdoc cref="Classify(string)" path="/param|/exception"/>
    public float Rate(string text) => Rate([Tokenize(text)])[0];

    /// <summary>The number that the model gives a pair of texts, such as how alike they are.</summary>
    /// <inheritdoc cref="Classify(string, string)" path="/param|/exception"/>
    public float Rate(string text, string secondText) => Rate([Tokenize(text, secondText)])[0];

    /// <summary>The number that the model gives a text.</summary>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/param|/exception"/>
    public float Rate(ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments)
    {
        using var call = Begin(s_textRegression, tokens, segments);
        return call.Score().Row(0)[0];
    }

    /// <summary>The number that the model gives a text.</summary>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int})" path="/param|/exception"/>
    public float Rate(ReadOnlySpan<int> tokens) => Rate(tokens, segments: []);

    /// <summary>The number that the model gives each text.</summary>
    /// <param name="texts">The texts, of any lengths.</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public float[] Rate(IReadOnlyList<TokenizedText> texts) => Predict(s_textRegression, texts);

    /// <summary>Returns the scores of the answer's start and end, two arrays of [length], before softmax.</summary>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/param|/exception"/>
    public SpanScores Answer(ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments = default)
    {
        using var call = Begin(s_questionAnswering, tokens, segments);
        return ((QuestionAnsweringTask)Task).ResultOf(call.Score(), call.Inputs.Layout, 0);
    }

    /// <summary>Returns the scores of the start and end of the answer in each text.</summary>
    /// <param name="texts">Question and context as one text each.</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public SpanScores[] Answer(IReadOnlyList<TokenizedText> texts) => Predict(s_questionAnswering, texts);

    /// <summary>The probabilities of the classes of each token of each text, [length][labels] each.</summary>
    /// <param name="texts">The texts.</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public float[][][] ClassifyTokens(IReadOnlyList<TokenizedText> texts) => Predict(EncoderTasks.TokenClassification(), texts);

    /// <summary>The vector of a text, [hidden size].</summary>
    /// <inheritdoc cref="Classify(string)" path="/param|/exception"/>
    public float[] Embed(string text) => Embed([Tokenize(text)])[0];

    /// <summary>The vector of each text, [hidden size] each.</summary>
    /// <inheritdoc cref="Classify(IReadOnlyList{string})" path="/param|/exception"/>
    public float[][] Embed(IReadOnlyList<string> texts) => Embed([.. texts.Select(text => Tokenize(text))]);

    /// <summary>The vector of each text, [hidden size] each.</summary>
    /// <param name="texts">The texts, of any lengths.</param>
    /// <inheritdoc cref="Classify(ReadOnlySpan{int}, ReadOnlySpan{int})" path="/exception"/>
    public float[][] Embed(IReadOnlyList<TokenizedText> texts) => Predict(s_textEmbedding, texts);

    /// <summary>Gives all memory back. Calls under way come to their end.</summary>
    public void Dispose() => (_network, _scorer) = (null, null);

    /// <summary>The result for each input, some hundred tokens at a time, in order.</summary>
    /// <param name="task">A task of the model's kind.</param>
    /// <param name="inputs">The inputs.</param>
    /// <exception cref="InvalidOperationException">The model is of another task.</exception>
    internal TOutput[] Predict<TInput, TExample, TOutput>(EncoderTask<TInput, TExample, TOutput> task, IReadOnlyList<TInput> inputs)
        where TExample : class, TInput
    {
        CheckTask(task);
        var own = (EncoderTask<TInput, TExample, TOutput>)Task;
        var results = new TOutput[inputs.Count];
        using var call = ((Scorer<TInput>)(_scorer ?? throw Disposed())).Begin();
        for (int first = 0, end; first < inputs.Count; first = end)
        {
            end = call.Fill(inputs, first);
            Matrix output = call.Score();
            for (int i = first; i < end; i++)
                results[i] = own.ResultOf(output, call.Inputs.Layout, i - first);
        }

        return results;
    }

    /// <summary>Does something while the dense matrices are there again.</summary>
    internal void Write(Action<EncoderModel> write)
    {
        var network = _network ?? throw Disposed();
        network.WithDenseWeights(() => write(network.Model));
    }

    private static TextTokenizer? ReadTokenizer(string folder, EncoderConfiguration shape) =>
        shape is TextConfiguration text && TokenizerFolder.IsIn(folder) ? TokenizerFolder.Read(folder, text) : null;

    private static void Copy(IReadOnlyList<Parameter> from, IReadOnlyList<Parameter> to)
    {
        for (int i = 0; i < to.Count; i++)
            from[i].CopyTo(to[i]);
    }

    /// <summary>A call with one text.</summary>
    private Scorer<TokenizedText>.Call Begin(EncoderTask task, ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments)
    {
        CheckTask(task);
        var call = ((Scorer<TokenizedText>)(_scorer ?? throw Disposed())).Begin();
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

    /// <summary>The input that a text, or a pair of texts, becomes: token numbers with the marks around them, cut to what the network reads.</summary>
    /// <param name="text">The text, or the first one of a pair.</param>
    /// <param name="secondText">The second text; <see langword="null"/> for none. Of a pair that is too long, the longer text is cut first.</param>
    /// <exception cref="InvalidOperationException">The model's folder had no vocabulary.</exception>
    public TokenizedText Tokenize(string text, string? secondText = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokenizer = _tokenizer ?? throw new InvalidOperationException("The model's folder had no vocabulary; expected vocab.txt or tokenizer.json in it, or token numbers instead of a text.");
        int maximum = ((TextConfiguration)Configuration).TextLength;
        var tokens = tokenizer.Encode(text);
        return secondText is null ? tokenizer.Join(tokens, maximum) : tokenizer.Join(tokens, tokenizer.Encode(secondText), maximum);
    }

    private void CheckTask(EncoderTask asked)
    {
        ObjectDisposedException.ThrowIf(_network is null, this);
        if (Task.GetType() != asked.GetType())
            throw new InvalidOperationException($"The model is for {Task.Name}; expected a model for {asked.Name}.");
    }

    private ObjectDisposedException Disposed() => new(GetType().FullName);
}
