using System.Text.Json;
using Seven.Formats;
using Seven.Formats.HuggingFace;

namespace Seven.Encoders;

/// <summary>The files of the Python library sentence-transformers beside <c>config.json</c>: <c>modules.json</c>, the pooling, and the maximum length of texts.</summary>
internal static class EmbeddingFolder
{
    private const string Modules = "modules.json";
    private const string PoolingFolder = "1_Pooling";
    private const string Settings = "sentence_bert_config.json";
    private const string FirstTokenMode = "pooling_mode_cls_token";
    private const string MeanMode = "pooling_mode_mean_tokens";
    private const string Prefix = "sentence_transformers.models.";

    /// <summary>The files that a saved folder has, by their paths in it.</summary>
    public static IReadOnlyList<string> Files { get; } = [Modules, $"{PoolingFolder}/config.json", Settings];

    /// <summary>The shape with the folder's pooling, normalization and length of texts; the mean over all tokens where a folder says nothing, as in sentence-transformers.</summary>
    /// <exception cref="InvalidDataException">A file is damaged, or a step is not known here.</exception>
    public static TextConfiguration Read(string folder, TextConfiguration shape)
    {
        string modules = Path.Combine(folder, Modules), settings = Path.Combine(folder, Settings);
        var read = shape with { Pooling = Pooling.Mean };
        if (File.Exists(modules))
            read = WithModules(folder, modules, shape);
        if (!File.Exists(settings))
            return read;
        return HuggingFaceFolder.ReadJson(settings, json => json.Flag("do_lower_case", missing: false)
            ? throw new InvalidDataException($"{json.Path}: do_lower_case is true; expected false, with the treatment of case left to the tokenizer.")
            : read with { MaximumTextTokens = json.OptionalInteger("max_seq_length") is { } longest ? Math.Clamp(longest, 1, shape.MaximumTokens) : null });
    }

    /// <summary>Writes the files from which sentence-transformers reads the same model.</summary>
    public static void Write(string folder, TextConfiguration shape)
    {
        AtomicFile.WriteJson(Path.Combine(folder, Modules), json =>
        {
            json.WriteStartArray();
            WriteModule(json, 0, "", "Transformer");
            WriteModule(json, 1, PoolingFolder, "Pooling");
            if (shape.NormalizesVectors)
                WriteModule(json, 2, "2_Normalize", "Normalize");
            json.WriteEndArray();
        });
        Directory.CreateDirectory(Path.Combine(folder, PoolingFolder));
        AtomicFile.WriteJson(Path.Combine(folder, PoolingFolder, "config.json"), json =>
        {
            json.WriteStartObject();
            json.WriteNumber("word_embedding_dimension", shape.HiddenSize);
            json.WriteBoolean(FirstTokenMode, shape.Pooling == Pooling.FirstToken);
            json.WriteBoolean(MeanMode, shape.Pooling == Pooling.Mean);
            json.WriteEndObject();
        });
        AtomicFile.WriteJson(Path.Combine(folder, Settings), json =>
        {
            json.WriteStartObject();
            json.WriteNumber("max_seq_length", shape.MaximumTextTokens ?? shape.MaximumTokens);
            json.WriteBoolean("do_lower_case", false);
            json.WriteEndObject();
        });
    }

    private static TextConfiguration WithModules(string folder, string path, TextConfiguration shape)
    {
        string[] steps = StepsIn(path, out string poolingFolder);
        if (steps is not (["Transformer", "Pooling"] or ["Transformer", "Pooling", "Normalize"]))
            throw new InvalidDataException($"{path} has the modules {string.Join(", ", steps)}; expected Transformer, Pooling and perhaps Normalize, in this order.");
        string pooling = Path.Combine(folder, poolingFolder, "config.json");
        if (!File.Exists(pooling))
            throw new FileNotFoundException($"{pooling} is not there; expected the pooling that {Modules} names.", pooling);
        return shape with { Pooling = HuggingFaceFolder.ReadJson(pooling, PoolingOf), NormalizesVectors = steps.Length == 3 };
    }

    private static Pooling PoolingOf(ConfigurationReader json) => (json.Flag(FirstTokenMode, missing: false), json.Flag(MeanMode, missing: false)) switch
    {
        (true, false) => Pooling.FirstToken,
        (false, true) => Pooling.Mean,
        _ => throw new InvalidDataException($"{json.Path} asks neither for {FirstTokenMode} alone nor for {MeanMode} alone; expected one of the two."),
    };

    /// <summary>The kinds of the modules, of which the first one has the folder itself.</summary>
    private static string[] StepsIn(string path, out string poolingFolder)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var modules = json.RootElement.EnumerateArray()
                .Select(module => (Type: module.GetProperty("type").GetString()!, Path: module.GetProperty("path").GetString()!)).ToList();
            poolingFolder = modules.ElementAtOrDefault(1).Path ?? "";
            if (modules.Count > 0 && modules[0].Path.Length > 0)
                throw new InvalidDataException($"{path} has its transformer in the folder {modules[0].Path}; expected it beside {Modules}.");
            if (poolingFolder != Path.GetFileName(poolingFolder))
                throw new InvalidDataException($"{path} has its pooling in {poolingFolder}; expected a folder beside {Modules}.");
            return [.. modules.Select(module => module.Type[(module.Type.LastIndexOf('.') + 1)..])];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path} is no list of modules of sentence-transformers: {exception.Message}", exception);
        }
    }

    private static void WriteModule(Utf8JsonWriter json, int number, string path, string kind)
    {
        json.WriteStartObject();
        json.WriteNumber("idx", number);
        json.WriteString("name", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("path", path);
        json.WriteString("type", Prefix + kind);
        json.WriteEndObject();
    }
}
