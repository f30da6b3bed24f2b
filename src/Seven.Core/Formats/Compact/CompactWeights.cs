using System.Globalization;
using System.Text.Json;
using Seven.Formats.Safetensors;
using Seven.Weights;

namespace Seven.Formats.Compact;

/// <summary>Which weights of a model are stored as bitmasks, under which names, and the section of the configuration that describes them.</summary>
internal static class CompactWeights
{
    private const string Weight = ".weight";
    private const string VersionKey = "seven.compact_version";
    private const int Version = 1;

    public static string ShapeOf(string module) => module + ".shape";

    public static string ValuesOf(string module) => module + ".compressed";

    public static string BitmaskOf(string module) => module + ".bitmask";

    public static string RowOffsetsOf(string module) => module + ".row_offsets";

    /// <summary>The parameters as tensors of a file: weight matrices as bitmasks where that is smaller, all else as it is.</summary>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="precision">How the values of bitmasks are stored.</param>
    /// <param name="modules">Names of the layers stored as bitmasks.</param>
    public static List<NamedTensor> ToFile(IReadOnlyList<Parameter> parameters, ValuePrecision precision, out List<string> modules)
    {
        var tensors = new List<NamedTensor>();
        modules = [];
        foreach (var parameter in parameters)
        {
            if (ModuleOf(parameter.Name) is { } module && parameter is { Mask: { } mask, Shape: [var rows, var columns] }
                && BitmaskTensor.Of(mask, parameter.Values, rows, columns) is var compact && compact.SizeWith(precision) < parameter.Count * (long)sizeof(float))
            {
                tensors.AddRange(compact.ToFile(module, precision));
                modules.Add(module);
            }
            else
            {
                tensors.Add(NamedTensor.Of(parameter.Name, parameter.Shape, parameter.ValuesMemory));
            }
        }

        return tensors;
    }

    public static Dictionary<string, string> Metadata() => new()
    {
        ["format"] = "pt",
        [VersionKey] = Version.ToString(CultureInfo.InvariantCulture),
    };

    /// <exception cref="InvalidDataException">The file was written in a later version of the format.</exception>
    public static void CheckVersion(SafetensorsFile file)
    {
        if (file.Header.Metadata.TryGetValue(VersionKey, out string? text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version > Version))
            throw file.Error($"it is in version {text} of the compact format; expected at most {Version}. A newer release of this library reads it.");
    }

    /// <summary>The layer whose weight of that name is in the file as a bitmask; <see langword="null"/> if it is not.</summary>
    /// <exception cref="InvalidDataException">It is there as a bitmask and as it is.</exception>
    public static string? Find(SafetensorsFile file, string parameter)
    {
        if (ModuleOf(parameter) is not { } module || !file.Header.Tensors.ContainsKey(ValuesOf(module)))
            return null;
        return file.Header.Tensors.ContainsKey(parameter)
            ? throw file.Error($"it holds '{parameter}' both compact and dense; expected one of them.")
            : module;
    }

    /// <summary>The section by which Python's readers of compressed-tensors know the layout.</summary>
    public static void WriteConfiguration(Utf8JsonWriter json, IReadOnlyList<Parameter> parameters, IReadOnlyList<string> modules)
    {
        long weights = parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => (long)parameter.Count);
        long zeros = parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => parameter.Count - (long)(parameter.Mask?.Kept ?? parameter.Count));
        json.WriteStartObject("quantization_config");
        json.WriteString("quant_method", "compressed-tensors");
        json.WriteStartObject("sparsity_config");
        json.WriteString("format", "sparse-bitmask");
        json.WriteString("sparsity_structure", IsTwoOfFour(parameters) ? "2:4" : "unstructured");
        json.WriteNumber("global_sparsity", weights == 0 ? 0 : zeros / (double)weights);
        json.WriteStartArray("targets");
        foreach (string module in modules)
            json.WriteStringValue(module);
        json.WriteEndArray();
        json.WriteStartArray("ignore");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Whether every pruned matrix keeps at most two of four neighbors, which the library has a name for.</summary>
    private static bool IsTwoOfFour(IReadOnlyList<Parameter> parameters)
    {
        Parameter[] pruned = [.. parameters.Where(parameter => parameter.Mask is not null)];
        return pruned.Length > 0 && pruned.All(parameter => parameter.Shape[^1] % 4 == 0 && parameter.Mask!.KeepsTwoOfFour());
    }

    private static string? ModuleOf(string parameter) => parameter.EndsWith(Weight, StringComparison.Ordinal) ? parameter[..^Weight.Length] : null;
}
