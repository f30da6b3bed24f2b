using System.Globalization;
using System.Text.Json;
using Seven.Encoders.Architectures;
using Seven.Encoders.Tasks;
using Seven.Formats;
using Seven.Formats.Compact;
using Seven.Formats.HuggingFace;
using Seven.Weights;

namespace Seven.Encoders;

/// <summary>A model as a Hugging Face folder: architecture, head and labels by <c>config.json</c>, weights by <c>model.safetensors</c>.</summary>
internal sealed class EncoderFolder
{
    private readonly string _folder;
    private readonly string? _className;
    private readonly HeadKind? _head;

    /// <summary>The folder's labels; Hugging Face's default LABEL_0 and LABEL_1 where it names none.</summary>
    private readonly IReadOnlyList<string> _labels;

    private EncoderFolder(string folder, ConfigurationReader json, HeadKind? wanted)
    {
        (_folder, _className, _labels) = (folder, json.ClassName(), json.Labels());
        Architecture = Architecture.Of(json.ModelType(), _className, json.Path);
        _head = Architecture.HeadOf(_className);
        Configuration = WithPooling(Architecture.Keys.Read(json, Architecture, (wanted ?? _head) is { } head ? Architecture.Heads.GetValueOrDefault(head) : null), wanted);
    }

    public Architecture Architecture { get; }

    public EncoderConfiguration Configuration { get; }

    /// <summary>Whether the folder names a task; a pretrained encoder may have a head of its own, such as one for masked words.</summary>
    public bool NamesTask => _head is not null;

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="task">The task wanted; <see langword="null"/> for the one that the folder names.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of an architecture that is not known.</exception>
    /// <exception cref="FileNotFoundException">It is missing.</exception>
    /// <exception cref="ArgumentException">The architecture has no head for the task.</exception>
    public static EncoderFolder Open(string folder, EncoderTask? task = null)
    {
        var contents = HuggingFaceFolder.ReadConfiguration(folder, json => new EncoderFolder(folder, json, task?.Head));
        if (task is not null)
            contents.Architecture.HeadFor(task.Head, task.Name);
        return contents;
    }

    /// <summary>The shape, with what sentence-transformers' files say where the folder is read for embeddings.</summary>
    private EncoderConfiguration WithPooling(EncoderConfiguration shape, HeadKind? wanted) => (wanted ?? _head) == HeadKind.Embedding ? EmbeddingFolder.Read(_folder, (TextConfiguration)shape) : shape;

    /// <summary>The task that the folder was saved for.</summary>
    /// <exception cref="InvalidDataException">It names none that is known.</exception>
    public EncoderTask Task()
    {
        var task = _head is { } head
            ? EncoderTask.Of(head, _labels)
            : throw new InvalidDataException(
                $"{_folder} holds {(_className is null ? "a model without a name in \"architectures\"" : $"a {_className}")}; expected {string.Join(", ", Architecture.Heads.Keys.Select(Architecture.ClassOf))}.");
        try
        {
            task.CheckLabels();
            return task;
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{_folder} holds a {_className} with labels that it cannot have: {exception.Message}", exception);
        }
    }

    /// <summary>The labels for a task that has none of its own.</summary>
    /// <exception cref="InvalidDataException">The folder was saved for another task.</exception>
    public IReadOnlyList<string> LabelsFor(EncoderTask task) => task.Head == HeadKind.Embedding && _head is not (null or HeadKind.Embedding)
        ? throw new InvalidDataException($"{_folder} holds a {_className}, which was trained for another task than embeddings; expected a {Architecture.ClassOf(task.Head)}.")
        : task.Labels.Count > 0 || task.Outputs > 0 || _head == task.Head
        ? _labels
        : throw new InvalidDataException($"{_folder} holds a {_className ?? "model without a name"}, which has no labels for {task.Name}; expected a {Architecture.ClassOf(task.Head)}, or labels given to the task.");

    /// <summary>Reads the weights.</summary>
    /// <param name="model">The model; what the folder lacks of its head keeps its values.</param>
    /// <param name="onRead">Called after each parameter is read.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or lacks a tensor.</exception>
    public void ReadInto(EncoderModel model, Action<Parameter>? onRead = null)
    {
        bool isOfTask = _head == model.EncoderTask.Head;
        bool hasLabels = model.Labels.Count == 0 || _labels.Order(StringComparer.Ordinal).SequenceEqual(model.Labels.Order(StringComparer.Ordinal))
            || (model.Labels.Count == 1 && _labels.Count == 1);
        var (ofTask, output) = (model.ParametersOfTask.ToHashSet(), model.OutputParameters.ToHashSet());
        bool readsOutput = hasLabels && (isOfTask || _head is null);
        var read = readsOutput ? model.Parameters : [.. model.Parameters.Where(parameter => !output.Contains(parameter))];
        HuggingFaceFolder.ReadWeights(_folder, read, Architecture.NamesInFiles, parameter => !isOfTask && ofTask.Contains(parameter), onRead);
        if (readsOutput && model.Labels.Count > 1)
            Reorder(model);
    }

    public static void Write(string folder, EncoderModel model, ValuePrecision? compact)
    {
        HuggingFaceFolder.Write(folder, json => Describe(json, model), model.Parameters, compact, model.MayBeInt8);
        WritePooling(folder, model);
    }

    /// <summary>Writes the files that describe the model, without its weights.</summary>
    public static void WriteConfiguration(string folder, EncoderModel model)
    {
        AtomicFile.WriteJson(HuggingFaceFolder.ConfigurationPath(folder), json =>
        {
            json.WriteStartObject();
            Describe(json, model);
            json.WriteEndObject();
        });
        WritePooling(folder, model);
    }

    private static void WritePooling(string folder, EncoderModel model)
    {
        if (model.EncoderTask.Head == HeadKind.Embedding)
            EmbeddingFolder.Write(folder, (TextConfiguration)model.Configuration);
    }

    private static void Describe(Utf8JsonWriter json, EncoderModel model)
    {
        var (shape, task) = (model.Configuration, model.EncoderTask);
        var architecture = shape.Architecture;
        json.WriteString("model_type", architecture.ModelType);
        json.WriteStartArray("architectures");
        json.WriteStringValue(architecture.ClassOf(task.Head));
        json.WriteEndArray();
        architecture.Keys.Write(json, shape, architecture.HeadFor(task.Head, task.Name));
        json.WriteString("torch_dtype", "float32");
        if (task.Labels.Count > 0)
            WriteLabels(json, task.Labels);
    }

    private static void WriteLabels(Utf8JsonWriter json, IReadOnlyList<string> labels)
    {
        json.WriteStartObject("id2label");
        for (int i = 0; i < labels.Count; i++)
            json.WriteString(i.ToString(CultureInfo.InvariantCulture), labels[i]);
        json.WriteEndObject();
        json.WriteStartObject("label2id");
        for (int i = 0; i < labels.Count; i++)
            json.WriteNumber(labels[i], i);
        json.WriteEndObject();
    }

    /// <summary>Moves the rows of the last layer from the folder's order of labels to the model's.</summary>
    private void Reorder(EncoderModel model)
    {
        int[] rows = [.. model.Labels.Select(label => _labels.ToList().IndexOf(label))];
        foreach (var parameter in model.OutputParameters)
        {
            int length = parameter.Count / rows.Length;
            float[] values = parameter.Values.ToArray();
            for (int row = 0; row < rows.Length; row++)
                values.AsSpan(rows[row] * length, length).CopyTo(parameter.Values.Slice(row * length, length));
            if (parameter.Mask is not null)
                parameter.MaskZeros();
        }
    }
}
