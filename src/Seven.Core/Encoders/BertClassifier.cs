using Seven.Encoders.Heads;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Files;
using Seven.Files.Compact;

namespace Seven.Encoders;

/// <summary>BERT for the classification of a text or a pair of texts.</summary>
public sealed class BertClassifier : TransformerModel<TokenizedText>
{
    /// <summary>A classifier with random weights.</summary>
    /// <param name="configuration">Its shape; <see cref="EncoderConfiguration.Labels"/> names the classes, at least two.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <exception cref="ArgumentException">The configuration is impossible, or has fewer than two labels.</exception>
    public BertClassifier(BertConfiguration configuration, int seed = 0)
        : this(configuration.Validated(), new WeightInitializer(seed))
    {
    }

    private BertClassifier(BertConfiguration configuration, WeightInitializer initializer)
        : base(
            new BertEmbeddings(configuration, initializer),
            new TransformerEncoder(configuration, LayerNames.Bert, initializer),
            new PooledHead(configuration, LabelCheck.CountOf(configuration), initializer)) =>
        Configuration = configuration;

    /// <summary>The network's shape and labels.</summary>
    public BertConfiguration Configuration { get; }

    /// <summary>Reads a Hugging Face folder: <c>config.json</c> and <c>model.safetensors</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="labels">The labels, in the order wanted; by default those of the folder. If they are not the folder's, the last layer starts anew.</param>
    /// <param name="seed">For the values that the folder lacks.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or is of another architecture.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static BertClassifier Load(string folder, IReadOnlyList<string>? labels = null, int seed = 0)
    {
        var configuration = BertFolder.ReadConfiguration(folder);
        var wanted = labels ?? configuration.Labels;
        var model = new BertClassifier(configuration with { Labels = wanted }, seed);
        BertFolder.ReadWeights(folder, HeadOrder.Serving(model.Parameters, configuration.Labels, wanted), headMayBeNew: labels is not null);
        HeadOrder.Arrange(model.Parameters, configuration.Labels, wanted);
        return model;
    }

    /// <summary>Reads a folder's model, told of each parameter as soon as it is read.</summary>
    internal static BertClassifier LoadForScoring(string folder, Action<Parameter> onRead)
    {
        var model = Blank(BertFolder.ReadConfiguration(folder));
        BertFolder.ReadWeights(folder, model.Parameters, headMayBeNew: false, onRead);
        return model;
    }

    /// <summary>A model of zeros, for all values to be written into it.</summary>
    internal static BertClassifier Blank(BertConfiguration configuration) => new(configuration, new WeightInitializer(seed: null));

    private protected override void Write(string folder, ValuePrecision? compact) => BertFolder.Write(folder, Configuration, "BertForSequenceClassification", Parameters, compact);

    /// <summary>The classifier's outputs before softmax, [labels] for each text.</summary>
    /// <param name="texts">The texts.</param>
    public IReadOnlyList<float[]> Predict(IReadOnlyList<TokenizedText> texts) => ScoreSequences(texts);
}
