using Seven.Encoders.Heads;
using Seven.Encoders.Inputs;
using Seven.Encoders.Layers;
using Seven.Files;
using Seven.Files.Compact;

namespace Seven.Encoders;

/// <summary>ViT for the classification of images.</summary>
public sealed class VitClassifier : TransformerModel<Picture>
{
    /// <summary>A classifier with random weights.</summary>
    /// <param name="configuration">Its shape; <see cref="EncoderConfiguration.Labels"/> names the classes, at least two.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <exception cref="ArgumentException">The configuration is impossible, or has fewer than two labels.</exception>
    public VitClassifier(VitConfiguration configuration, int seed = 0)
        : this(configuration.Validated(), new WeightInitializer(seed))
    {
    }

    private VitClassifier(VitConfiguration configuration, WeightInitializer initializer)
        : base(
            new PatchEmbedding(configuration, initializer),
            new TransformerEncoder(configuration, LayerNames.Vit, initializer),
            new NormalizedHead(configuration, LabelCheck.CountOf(configuration), initializer)) =>
        Configuration = configuration;

    /// <summary>The network's shape and labels.</summary>
    public VitConfiguration Configuration { get; }

    /// <summary>Reads a Hugging Face folder: <c>config.json</c> and <c>model.safetensors</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="labels">The labels, in the order wanted; by default those of the folder. If they are not the folder's, the last layer starts anew.</param>
    /// <param name="seed">For the values that the folder lacks.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or is of another architecture.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static VitClassifier Load(string folder, IReadOnlyList<string>? labels = null, int seed = 0)
    {
        var configuration = VitFolder.ReadConfiguration(folder);
        var wanted = labels ?? configuration.Labels;
        var model = new VitClassifier(configuration with { Labels = wanted }, seed);
        VitFolder.ReadWeights(folder, HeadOrder.Serving(model.Parameters, configuration.Labels, wanted), headMayBeNew: labels is not null);
        HeadOrder.Arrange(model.Parameters, configuration.Labels, wanted);
        return model;
    }

    /// <summary>Reads a ViT whose layers are torch's <c>nn.TransformerEncoderLayer</c>, under that class's names: post-norm, query, key and value in one matrix.</summary>
    /// <param name="safetensorsFile">The weights: <c>cls_token</c>, <c>pos_embed</c>, <c>patch_embed.proj</c>, <c>transformer.layers.N</c>, <c>mlp_head</c>.</param>
    /// <param name="configuration">The network's shape, which the file does not tell.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or a tensor is missing or misshapen.</exception>
    public static VitClassifier LoadTorchEncoder(string safetensorsFile, VitConfiguration configuration)
    {
        var model = new VitClassifier(configuration);
        TorchEncoderFile.ReadWeights(safetensorsFile, model.Parameters, configuration);
        return model;
    }

    /// <summary>Reads a folder's model, told of each parameter as soon as it is read.</summary>
    internal static VitClassifier LoadForScoring(string folder, Action<Parameter> onRead)
    {
        var model = Blank(VitFolder.ReadConfiguration(folder));
        VitFolder.ReadWeights(folder, model.Parameters, headMayBeNew: false, onRead);
        return model;
    }

    /// <summary>A model of zeros, for all values to be written into it.</summary>
    internal static VitClassifier Blank(VitConfiguration configuration) => new(configuration, new WeightInitializer(seed: null));

    private protected override void Write(string folder, ValuePrecision? compact) => VitFolder.Write(folder, Configuration, Parameters, compact);

    /// <summary>The classifier's outputs before softmax, [labels] for each picture.</summary>
    /// <param name="pictures">The pictures.</param>
    public IReadOnlyList<float[]> Predict(IReadOnlyList<Picture> pictures) => ScoreSequences(pictures);
}
