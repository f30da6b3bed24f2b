using Seven.Encoders.Heads;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Files;
using Seven.Files.Compact;

namespace Seven.Encoders;

/// <summary>BERT with one numeric output, such as the similarity of two texts (STS-B).</summary>
public sealed class BertRegressor : TransformerModel<TokenizedText>
{
    /// <summary>A regressor with random weights.</summary>
    /// <param name="configuration">Its shape.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <exception cref="ArgumentException">The configuration is impossible.</exception>
    public BertRegressor(BertConfiguration configuration, int seed = 0)
        : this(configuration.Validated(), new WeightInitializer(seed))
    {
    }

    private BertRegressor(BertConfiguration configuration, WeightInitializer initializer)
        : base(
            new BertEmbeddings(configuration, initializer),
            new TransformerEncoder(configuration, LayerNames.Bert, initializer),
            new PooledHead(configuration, outputs: 1, initializer)) =>
        Configuration = configuration with { Labels = ["score"] };

    /// <summary>The network's shape.</summary>
    public BertConfiguration Configuration { get; }

    /// <summary>Reads a Hugging Face folder: <c>config.json</c> and <c>model.safetensors</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="headMayBeNew">Whether a folder without a head of one output is accepted, and the head starts anew.</param>
    /// <param name="seed">For the values that the folder lacks.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or is of another architecture.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static BertRegressor Load(string folder, bool headMayBeNew = false, int seed = 0)
    {
        var model = new BertRegressor(BertFolder.ReadConfiguration(folder), seed);
        BertFolder.ReadWeights(folder, model.Parameters, headMayBeNew);
        return model;
    }

    /// <summary>Reads a folder's model, told of each parameter as soon as it is read.</summary>
    internal static BertRegressor LoadForScoring(string folder, Action<Parameter> onRead)
    {
        var model = Blank(BertFolder.ReadConfiguration(folder));
        BertFolder.ReadWeights(folder, model.Parameters, headMayBeNew: false, onRead);
        return model;
    }

    /// <summary>A model of zeros, for all values to be written into it.</summary>
    internal static BertRegressor Blank(BertConfiguration configuration) => new(configuration, new WeightInitializer(seed: null));

    private protected override void Write(string folder, ValuePrecision? compact) => BertFolder.Write(folder, Configuration, "BertForSequenceClassification", Parameters, compact);

    /// <summary>The score of each text.</summary>
    /// <param name="texts">The texts.</param>
    public IReadOnlyList<float> Predict(IReadOnlyList<TokenizedText> texts) => [.. ScoreSequences(texts).Select(outputs => outputs[0])];
}
