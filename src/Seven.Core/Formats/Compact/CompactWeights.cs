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
    private const int Version = 2;

    /// <summary>The version of files without matrices of 8 or 4 bits.</summary>
    private const int VersionOfFloats = 1;

    public static string ShapeOf(string module) => module + ".shape";

    public static string ValuesOf(string module) => module + ".compressed";

    public static string ScaleOf(string module) => module + ".weight_scale";

    public static string BitmaskOf(string module) => module + ".bitmask";

    public static string RowOffsetsOf(string module) => module + ".row_offsets";

    /// <summary>The parameters as tensors of a file: weight matrices as bitmasks where that is smaller, in 8 or 4 bits if asked for, all else as it is.</summary>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="precision">How the values of bitmasks are stored.</param>
    /// <param name="isRounded">Whether a matrix may be stored in 8 or 4 bits.</param>
    public static CompactContents ToFile(IReadOnlyList<Parameter> parameters, ValuePrecision precision, Func<Parameter, bool> isRounded)
    {
        var contents = new CompactContents(precision);
        foreach (var parameter in parameters)
            if (ModuleOf(parameter.Name) is { } module && parameter.Shape is [var rows, var columns])
                Add(contents, parameter, module, rows, columns, PrecisionOf(parameter, precision, isRounded));
            else
                contents.Tensors.Add(NamedTensor.Of(parameter.Name, parameter.Shape, parameter.ValuesMemory));
        return contents;
    }

    /// <summary>Vectors of words have eight bits in files of four: nothing of them was pruned.</summary>
    private static ValuePrecision PrecisionOf(Parameter parameter, ValuePrecision precision, Func<Parameter, bool> isRounded)
    {
        if (precision is not (ValuePrecision.Int8 or ValuePrecision.Int4))
            return precision;
        return !isRounded(parameter) ? ValuePrecision.Float32 : parameter.Kind == ParameterKind.Embedding ? ValuePrecision.Int8 : precision;
    }

    private static void Add(CompactContents contents, Parameter parameter, string module, int rows, int columns, ValuePrecision precision)
    {
        bool isRounded = precision is ValuePrecision.Int8 or ValuePrecision.Int4;
        // Without a mask four bits need one of ones, and are still smaller than eight.
        var mask = parameter.Mask ?? (precision == ValuePrecision.Int4 ? new PruningMask(parameter.Count) : null);
        long dense = isRounded ? parameter.Count + sizeof(float) * (long)rows : sizeof(float) * (long)parameter.Count;
        if (mask is not null && BitmaskTensor.Of(mask, parameter.Values, rows, columns) is var compact && compact.SizeWith(precision) < dense)
        {
            contents.Tensors.AddRange(compact.ToFile(module, precision));
            contents.Sparse.Add(module);
        }
        else if (isRounded)
        {
            contents.Tensors.AddRange(QuantizedTensor.ToFile(parameter.Name, parameter.ValuesMemory, rows, columns));
        }
        else
        {
            contents.Tensors.Add(NamedTensor.Of(parameter.Name, parameter.Shape, parameter.ValuesMemory));
        }

        if (parameter.Kind == ParameterKind.Embedding && isRounded)
            contents.RoundedTables.Add(module);
        else
            (isRounded ? contents.Rounded : contents.NotRounded).Add(module);
    }

    public static Dictionary<string, string> Metadata(CompactContents contents) => new()
    {
        ["format"] = "pt",
        [VersionKey] = (contents.Rounded.Count > 0 ? Version : VersionOfFloats).ToString(CultureInfo.InvariantCulture),
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
    public static void WriteConfiguration(Utf8JsonWriter json, IReadOnlyList<Parameter> parameters, CompactContents contents)
    {
        long weights = parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => (long)parameter.Count);
        long zeros = parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => parameter.Count - (long)(parameter.Mask?.Kept ?? parameter.Count));
        json.WriteStartObject("quantization_config");
        json.WriteString("quant_method", "compressed-tensors");
        if (contents.Rounded.Count > 0)
            WriteQuantization(json, contents);
        json.WriteStartObject("sparsity_config");
        json.WriteString("format", "sparse-bitmask");
        json.WriteString("sparsity_structure", IsTwoOfFour(parameters) ? "2:4" : "unstructured");
        json.WriteNumber("global_sparsity", weights == 0 ? 0 : zeros / (double)weights);
        WriteNames(json, "targets", contents.Sparse);
        WriteNames(json, "ignore", []);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Which layers have rounded weights, and how: symmetric, with a scale for each row. Activations are rounded as they are scored, with a scale for each token.</summary>
    private static void WriteQuantization(Utf8JsonWriter json, CompactContents contents)
    {
        int bits = contents.Precision == ValuePrecision.Int4 ? 4 : 8;
        json.WriteString("format", "int-quantized");
        json.WriteString("quantization_status", "compressed");
        WriteNames(json, "ignore", contents.NotRounded);
        json.WriteStartObject("config_groups");
        json.WriteStartObject("group_0");
        WriteNames(json, "targets", ["Linear"]);
        WriteScheme(json, "weights", bits, "channel", dynamic: false);
        WriteScheme(json, "input_activations", 8, "token", dynamic: true);
        json.WriteEndObject();
        if (contents.RoundedTables.Count > 0)
        {
            json.WriteStartObject("group_1");
            WriteNames(json, "targets", contents.RoundedTables);
            WriteScheme(json, "weights", 8, "channel", dynamic: false);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteScheme(Utf8JsonWriter json, string name, int bits, string strategy, bool dynamic)
    {
        json.WriteStartObject(name);
        json.WriteNumber("num_bits", bits);
        json.WriteString("type", "int");
        json.WriteBoolean("symmetric", !dynamic);
        json.WriteString("strategy", strategy);
        json.WriteBoolean("dynamic", dynamic);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string key, IReadOnlyList<string> names)
    {
        json.WriteStartArray(key);
        foreach (string name in names)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    /// <summary>Whether every pruned matrix keeps at most two of four neighbors, which the library has a name for.</summary>
    private static bool IsTwoOfFour(IReadOnlyList<Parameter> parameters)
    {
        Parameter[] pruned = [.. parameters.Where(parameter => parameter.Mask is not null)];
        return pruned.Length > 0 && pruned.All(parameter => parameter.Shape[^1] % 4 == 0 && parameter.Mask!.KeepsTwoOfFour());
    }

    private static string? ModuleOf(string parameter) => parameter.EndsWith(Weight, StringComparison.Ordinal) ? parameter[..^Weight.Length] : null;
}
