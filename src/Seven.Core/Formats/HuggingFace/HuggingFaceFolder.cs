using System.Text.Json;
using Seven.Formats.Compact;
using Seven.Formats.Safetensors;
using Seven.Weights;
using Seven.Weights.Int8;

namespace Seven.Formats.HuggingFace;

/// <summary>What all Hugging Face folders share: <c>config.json</c> beside <c>model.safetensors</c>.</summary>
internal static class HuggingFaceFolder
{
    /// <summary>The file of the weights.</summary>
    public const string WeightsFile = "model.safetensors";

    public static string ConfigurationPath(string folder) => Path.Combine(folder, "config.json");

    /// <summary>The path of the folder's weights.</summary>
    /// <exception cref="InvalidDataException">There are only pickled or divided weights.</exception>
    /// <exception cref="FileNotFoundException">There are none.</exception>
    public static string WeightsPath(string folder)
    {
        string path = Path.Combine(folder, WeightsFile);
        if (File.Exists(path))
            return path;
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.bin").Concat(Directory.EnumerateFiles(folder, "*.pt*")).FirstOrDefault() is { } pickle)
            throw new InvalidDataException($"{folder} has no model.safetensors but {Path.GetFileName(pickle)}. {SafetensorsFile.HowToConvert}");
        if (File.Exists(path + ".index.json"))
            throw new InvalidDataException($"{folder} holds weights divided among several files; expected one model.safetensors.");
        throw new FileNotFoundException($"{folder} has no model.safetensors; expected a Hugging Face folder with config.json and model.safetensors.", path);
    }

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or describes something else.</exception>
    /// <exception cref="FileNotFoundException">It is missing.</exception>
    public static T ReadConfiguration<T>(string folder, Func<ConfigurationReader, T> read)
    {
        string path = ConfigurationPath(folder);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{folder} has no config.json; expected a Hugging Face folder with config.json and model.safetensors.", path);
        return ReadJson(path, read);
    }

    /// <summary>Reads one of a folder's JSON files.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or describes something impossible.</exception>
    public static T ReadJson<T>(string path, Func<ConfigurationReader, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            return read(new ConfigurationReader(path, json.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A JSON string is decoded only when it is read, and may turn out not to be UTF-8 or UTF-16.
            throw new InvalidDataException($"{path} is not JSON: {exception.Message}", exception);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{path} describes an impossible network: {exception.Message}", exception);
        }
    }

    /// <summary>Writes weights, then configuration.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="configuration">Writes what describes the network.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="compact">How the weights of a compact file are stored; <see langword="null"/> for a dense file.</param>
    /// <param name="isRounded">Whether a matrix may be stored in 8 or 4 bits.</param>
    public static void Write(string folder, Action<Utf8JsonWriter> configuration, IReadOnlyList<Parameter> parameters, ValuePrecision? compact, Func<Parameter, bool> isRounded)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, WeightsFile);
        var contents = compact is { } precision ? CompactWeights.ToFile(parameters, precision, isRounded) : null;
        if (contents is not null)
            SafetensorsWriter.Write(path, contents.Tensors, CompactWeights.Metadata(contents));
        else
            SafetensorsWriter.Write(path, [.. parameters.Select(parameter => NamedTensor.Of(parameter.Name, parameter.Shape, parameter.ValuesMemory))]);
        AtomicFile.WriteJson(ConfigurationPath(folder), json =>
        {
            json.WriteStartObject();
            configuration(json);
            if (contents is not null)
                CompactWeights.WriteConfiguration(json, parameters, contents);
            json.WriteEndObject();
        });
    }

    /// <summary>Reads every parameter under one of its names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="parameters">What to fill.</param>
    /// <param name="names">The names under which files hold a parameter, the usual one first.</param>
    /// <param name="mayBeNew">Whether a parameter keeps its start values if the file lacks it or has it in another shape.</param>
    /// <param name="onRead">Called after each parameter is read.</param>
    public static void ReadWeights(
        string folder, IReadOnlyList<Parameter> parameters, Func<string, IEnumerable<string>> names, Func<Parameter, bool> mayBeNew, Action<Parameter>? onRead = null)
    {
        using var file = SafetensorsFile.Open(WeightsPath(folder));
        CompactWeights.CheckVersion(file);
        foreach (var parameter in parameters)
        {
            Read(file, parameter, names, mayBeNew);
            onRead?.Invoke(parameter);
        }
    }

    private static void Read(SafetensorsFile file, Parameter parameter, Func<string, IEnumerable<string>> names, Func<Parameter, bool> mayBeNew)
    {
        if (names(parameter.Name).Select(name => CompactWeights.Find(file, name)).FirstOrDefault(module => module is not null) is { } compact)
        {
            var mask = BitmaskTensor.Read(file, compact, parameter.Shape).Expand(parameter.Values);
            parameter.Mask = mask.Kept < mask.Count ? mask : null;
            parameter.WasRounded = BitmaskTensor.IsRounded(file, compact);
            return;
        }

        string[] candidates = [.. names(parameter.Name).Distinct()];
        if (candidates.FirstOrDefault(file.Header.Tensors.ContainsKey) is not { } name)
        {
            if (!mayBeNew(parameter))
                throw file.Error($"it has no tensor '{parameter.Name}'{(candidates.Length > 1 ? $" (nor {string.Join(", ", candidates[1..])})" : "")}.");
            return;
        }

        bool fits = file.Header.Tensors[name].Shape.SequenceEqual(parameter.Shape.Select(size => (long)size));
        if (!fits && mayBeNew(parameter))
            return;
        // Before there is memory for values: a shape in config.json need not be that of the file.
        if (!fits)
            throw file.Error($"tensor '{name}' has shape [{string.Join(" × ", file.Header.Tensors[name].Shape)}]; expected [{string.Join(" × ", parameter.Shape)}].");
        parameter.WasRounded = QuantizedTensor.IsIn(file, name);
        if (parameter.WasRounded && parameter.Table is { KeepsBytes: true } table)
        {
            var (values, scales) = QuantizedTensor.Read(file, name, parameter.Shape);
            table.Keep(new RoundedVectors(values, scales));
        }
        else if (parameter.WasRounded)
            QuantizedTensor.Read(file, name, parameter.Shape, parameter.Values);
        else
            file.Read(name, parameter.Shape, parameter.Values);
        // A dense file says which weights are pruned by zeros alone.
        if (parameter.IsPrunable)
            parameter.MaskZeros();
    }
}
