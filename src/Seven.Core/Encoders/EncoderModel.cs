using Seven.Encoders.Architectures;
using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Hub;
using Seven.Weights;

namespace Seven.Encoders;

/// <summary>A transformer encoder with the head of a task.</summary>
/// <remarks>Scoring is safe on several threads at once. Training changes the parameters and is not.</remarks>
public abstract class EncoderModel
{
    private protected EncoderModel(EncoderConfiguration configuration) => Configuration = configuration;

    /// <summary>The encoder's shape: a <see cref="TextConfiguration"/> or an <see cref="ImageConfiguration"/>.</summary>
    public EncoderConfiguration Configuration { get; }

    /// <summary>Names of the outputs, in their order: the classes of a classifier.</summary>
    public IReadOnlyList<string> Labels => EncoderTask.Labels;

    /// <summary>All trainable values, in the order of a forward pass.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Number of trainable values.</summary>
    public long ParameterCount => Parameters.Sum(parameter => (long)parameter.Count);

    /// <summary>The task of the model.</summary>
    internal abstract EncoderTask EncoderTask { get; }

    /// <summary>Parameters of the head that a pretrained encoder may lack.</summary>
    internal abstract IReadOnlyList<Parameter> ParametersOfTask { get; }

    /// <summary>The head's last layer, whose rows belong to the labels.</summary>
    internal abstract IReadOnlyList<Parameter> OutputParameters { get; }

    /// <summary>Whether int8 is for a parameter: for the matrices of the encoder's linear layers and the vectors of words, which are most of what is stored.
    /// The head has little to compute, and its rounding would show in every output.</summary>
    internal bool MayBeInt8(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.Linear => !ParametersOfTask.Contains(parameter),
        ParameterKind.Embedding => Configuration.Architecture.Input is TextNames names && parameter.Name == names.Words,
        _ => false,
    };

    /// <summary>Creates a model with random weights.</summary>
    /// <param name="configuration">The encoder's shape.</param>
    /// <param name="task">The task, with its labels.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <exception cref="ArgumentException">The configuration is impossible, or its architecture has no head for the task, or labels are missing.</exception>
    public static EncoderModel<TInput, TExample, TOutput> Create<TInput, TExample, TOutput>(
        EncoderConfiguration configuration, EncoderTask<TInput, TExample, TOutput> task, int seed = 0)
        where TExample : class, TInput =>
        task.NewModel(configuration, new WeightInitializer(seed));

    /// <summary>Loads a Hugging Face folder, dense or compact: <c>config.json</c> and <c>model.safetensors</c>.</summary>
    /// <remarks>The head starts anew where the folder has none for the task, and its last layer where the folder's labels are others than the task's.
    /// Labels in another order are put into the task's.</remarks>
    /// <param name="modelFolder">The folder, or a name on Hugging Face's hub, from which it is downloaded once.</param>
    /// <param name="task">The task.</param>
    /// <param name="seed">For the values that the folder lacks.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or of an architecture that is not known.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="ArgumentException">The architecture has no head for the task.</exception>
    public static EncoderModel<TInput, TExample, TOutput> Load<TInput, TExample, TOutput>(
        string modelFolder, EncoderTask<TInput, TExample, TOutput> task, int seed = 0)
        where TExample : class, TInput
    {
        var contents = EncoderFolder.Open(ModelHub.FolderOf(modelFolder), task);
        var model = task.WithLabelsOf(contents.LabelsFor(task)).NewModel(contents.Configuration, new WeightInitializer(seed));
        contents.ReadInto(model);
        return model;
    }

    /// <summary>Loads a ViT whose layers are torch's <c>nn.TransformerEncoderLayer</c>, under that class's names: post-norm, query, key and value in one matrix.</summary>
    /// <param name="path">The weights: <c>cls_token</c>, <c>pos_embed</c>, <c>patch_embed.proj</c>, <c>transformer.layers.N</c>, <c>mlp_head</c>.</param>
    /// <param name="configuration">The network's shape, which the file does not contain.</param>
    /// <param name="task">The task, with its labels.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or a tensor is missing or misshapen.</exception>
    public static EncoderModel<Picture, LabeledPicture, float[]> LoadTorchEncoder(string path, ImageConfiguration configuration, ImageClassificationTask task)
    {
        var model = Create(configuration, task);
        TorchEncoderFile.ReadWeights(path, model.Parameters, configuration);
        return model;
    }

    /// <summary>Saves a Hugging Face folder that any tool reads: <c>config.json</c> and <c>model.safetensors</c>. Pruned weights are written as zeros.</summary>
    /// <param name="folder">The folder, created if it does not exist.</param>
    /// <exception cref="IOException">It could not be written; older files are unchanged.</exception>
    public void Save(string folder) => EncoderFolder.Write(folder, this, compact: null);

    /// <summary>Saves the same folder with pruned matrices as bitmasks: about a quarter of the size at 80 % sparsity, or a seventh with 16-bit values.</summary>
    /// <remarks>It is loaded like any other. The layout is compressed-tensors' sparse-bitmask.</remarks>
    /// <param name="folder">The folder, created if it does not exist.</param>
    /// <param name="precision">How kept weights are stored. Default float32, which loses nothing.</param>
    /// <exception cref="IOException">It could not be written; older files are unchanged.</exception>
    /// <exception cref="InvalidOperationException">A weight is too large for float16.</exception>
    public void SaveCompact(string folder, ValuePrecision precision = ValuePrecision.Float32) => EncoderFolder.Write(folder, this, precision);

    /// <summary>A model of the task that a folder names, for scoring.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="change">What is made of the folder's shape.</param>
    /// <param name="onCreated">Called before anything is read.</param>
    /// <param name="onRead">Called after each parameter is read.</param>
    internal static EncoderModel LoadForScoring(
        string folder, Func<EncoderConfiguration, EncoderTask, EncoderConfiguration> change, Action<EncoderModel> onCreated, Action<EncoderModel, Parameter> onRead)
    {
        var contents = EncoderFolder.Open(folder);
        var task = contents.Task();
        var model = task.NewModel(change(contents.Configuration, task), new WeightInitializer(seed: null));
        onCreated(model);
        contents.ReadInto(model, parameter => onRead(model, parameter));
        return model;
    }
}
