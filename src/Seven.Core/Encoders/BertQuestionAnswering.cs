using Seven.Encoders.Heads;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Files;
using Seven.Files.Compact;
using Seven.Numerics;

namespace Seven.Encoders;

/// <summary>For each token, how well the answer starts and ends there: two arrays of [length], before softmax.</summary>
/// <param name="Start">Outputs for the first token of the answer.</param>
/// <param name="End">Outputs for the last token of the answer.</param>
public sealed record SpanScores(float[] Start, float[] End)
{
    /// <summary>The best answer: the start and end, end not before start, with the largest sum of outputs.</summary>
    /// <param name="maximumLength">Longest answer in tokens. Default 30, as in BERT's SQuAD script.</param>
    public (int Start, int End) Best(int maximumLength = 30)
    {
        var (best, bestScore) = ((0, 0), float.NegativeInfinity);
        for (int start = 0; start < Start.Length; start++)
            for (int end = start; end < Math.Min(End.Length, start + maximumLength); end++)
                if (Start[start] + End[end] > bestScore)
                    (best, bestScore) = ((start, end), Start[start] + End[end]);
        return best;
    }
}

/// <summary>BERT for extractive question answering: finds the answer in the text (SQuAD).</summary>
public sealed class BertQuestionAnswering : TransformerModel<TokenizedText>
{
    /// <summary>A model with random weights.</summary>
    /// <param name="configuration">Its shape.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <exception cref="ArgumentException">The configuration is impossible.</exception>
    public BertQuestionAnswering(BertConfiguration configuration, int seed = 0)
        : this(configuration.Validated(), new WeightInitializer(seed))
    {
    }

    private BertQuestionAnswering(BertConfiguration configuration, WeightInitializer initializer)
        : base(
            new BertEmbeddings(configuration, initializer),
            new TransformerEncoder(configuration, LayerNames.Bert, initializer),
            new TokenHead(configuration, initializer)) =>
        Configuration = configuration;

    /// <summary>The network's shape.</summary>
    public BertConfiguration Configuration { get; }

    /// <summary>Reads a Hugging Face folder: <c>config.json</c> and <c>model.safetensors</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="headMayBeNew">Whether a folder without this head is accepted, and the head starts anew.</param>
    /// <param name="seed">For the values that the folder lacks.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or is of another architecture.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static BertQuestionAnswering Load(string folder, bool headMayBeNew = false, int seed = 0)
    {
        var model = new BertQuestionAnswering(BertFolder.ReadConfiguration(folder), seed);
        BertFolder.ReadWeights(folder, model.Parameters, headMayBeNew);
        return model;
    }

    /// <summary>Reads a folder's model, told of each parameter as soon as it is read.</summary>
    internal static BertQuestionAnswering LoadForScoring(string folder, Action<Parameter> onRead)
    {
        var model = Blank(BertFolder.ReadConfiguration(folder));
        BertFolder.ReadWeights(folder, model.Parameters, headMayBeNew: false, onRead);
        return model;
    }

    /// <summary>A model of zeros, for all values to be written into it.</summary>
    internal static BertQuestionAnswering Blank(BertConfiguration configuration) => new(configuration, new WeightInitializer(seed: null));

    private protected override void Write(string folder, ValuePrecision? compact) => BertFolder.Write(folder, Configuration, "BertForQuestionAnswering", Parameters, compact);

    /// <summary>Where each text's answer starts and ends.</summary>
    /// <param name="texts">Question and context as one text each.</param>
    public IReadOnlyList<SpanScores> Predict(IReadOnlyList<TokenizedText> texts)
    {
        var scores = new SpanScores[texts.Count];
        Score(texts, Workers.Of(0), (output, layout, first) =>
        {
            for (int i = 0; i < layout.Count; i++)
                scores[first + i] = SpanOf(output, layout, i);
        });
        return scores;
    }

    internal static SpanScores SpanOf(Matrix output, SequenceLayout layout, int sequence)
    {
        var (start, length) = (layout.Start(sequence), layout.Length(sequence));
        return new(output.Row(0).Slice(start, length).ToArray(), output.Row(1).Slice(start, length).ToArray());
    }
}
