using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;

namespace Seven.Formats.HuggingFace;

/// <summary>Reads values of a <c>config.json</c>; each error names the file, the key, what was found and what was expected.</summary>
internal sealed class ConfigurationReader(string path, JsonElement root)
{
    private const string Expected = "an object with lists of whole numbers under whole numbers";

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The first of <c>architectures</c>, such as BertForSequenceClassification; <see langword="null"/> where there is none.</summary>
    public string? ClassName()
    {
        RequireObject();
        if (!root.TryGetProperty("architectures", out var names) || names.ValueKind == JsonValueKind.Null)
            return null;
        return names.ValueKind == JsonValueKind.Array && names.GetArrayLength() > 0 && names[0].ValueKind == JsonValueKind.String
            ? names[0].GetString()!
            : throw Error("architectures", names, "a list of names");
    }

    /// <summary>The family of the network, such as <c>bert</c>.</summary>
    public string ModelType()
    {
        RequireObject();
        return root.TryGetProperty("model_type", out var type) ? type.ToString() : "(none)";
    }

    public int Integer(string key, int missing)
    {
        if (!root.TryGetProperty(key, out var element))
            return missing;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value)
            ? value
            : throw Error(key, element, "a whole number");
    }

    public double Number(string key, double missing)
    {
        if (!root.TryGetProperty(key, out var element))
            return missing;
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw Error(key, element, "a number");
    }

    /// <summary>A whole number; <see langword="null"/> where it is missing or null.</summary>
    public int? OptionalInteger(string key) =>
        !root.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null ? null : Integer(key, missing: 0);

    /// <summary>A number; <see langword="null"/> where it is missing or null.</summary>
    public double? OptionalNumber(string key) =>
        !root.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null ? null : Number(key, missing: 0);

    public bool Flag(string key, bool missing)
    {
        RequireObject();
        if (!root.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null)
            return missing;
        return element.ValueKind is JsonValueKind.True or JsonValueKind.False ? element.GetBoolean() : throw Error(key, element, "true or false");
    }

    /// <exception cref="InvalidDataException">The flag is neither missing nor false.</exception>
    public void RequireFalse(string key)
    {
        if (Flag(key, missing: false))
            throw new InvalidDataException($"{path}: {key} is true; expected false.");
    }

    /// <summary>Whether a key is there, be it null.</summary>
    public bool Has(string key) => root.TryGetProperty(key, out _);

    /// <summary>An object below a key; <see langword="null"/> where it is missing or null.</summary>
    public ConfigurationReader? Part(string key) => !root.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null ? null
        : element.ValueKind == JsonValueKind.Object ? new ConfigurationReader(path, element)
        : throw Error(key, element, "an object");

    /// <summary>A list of names; none where it is missing or null.</summary>
    public IReadOnlyList<string> OptionalNames(string key)
    {
        if (!root.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null)
            return [];
        return element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. element.EnumerateArray().Select(item => item.GetString()!)]
            : throw Error(key, element, "a list of names");
    }

    public IReadOnlyList<double> Numbers(string key, IReadOnlyList<double> missing)
    {
        RequireObject();
        if (!root.TryGetProperty(key, out var element))
            return missing;
        if (element.ValueKind != JsonValueKind.Array || element.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Number || !double.IsFinite(item.GetDouble())))
            throw Error(key, element, "a list of numbers");
        return [.. element.EnumerateArray().Select(item => item.GetDouble())];
    }

    /// <summary>Lists of whole numbers under whole numbers, as <c>pruned_heads</c> has them; none where they are missing.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<int>> NumbersByNumber(string key)
    {
        if (!root.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null)
            return ReadOnlyDictionary<int, IReadOnlyList<int>>.Empty;
        var found = new Dictionary<int, IReadOnlyList<int>>();
        if (element.ValueKind != JsonValueKind.Object)
            throw Error(key, element, Expected);
        foreach (var property in element.EnumerateObject())
        {
            if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || property.Value.ValueKind != JsonValueKind.Array
                || !property.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _))
                || !found.TryAdd(number, [.. property.Value.EnumerateArray().Select(item => item.GetInt32())]))
                throw Error(key, element, Expected);
        }

        return found;
    }

    public T Choice<T>(string key, T missing, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (!root.TryGetProperty(key, out var element))
            return missing;
        foreach (var (name, value) in choices)
            if (element.ValueKind == JsonValueKind.String && element.ValueEquals(name))
                return value;
        var names = new List<string>();
        foreach (var (name, _) in choices)
            names.Add(name);
        throw Error(key, element, "one of " + string.Join(", ", names));
    }

    /// <summary>The label names, in order: <c>id2label</c>, or LABEL_0 and LABEL_1, Hugging Face's default, where it is missing.</summary>
    public IReadOnlyList<string> Labels()
    {
        if (!root.TryGetProperty("id2label", out var element))
            return ["LABEL_0", "LABEL_1"];
        if (element.ValueKind != JsonValueKind.Object)
            throw Error("id2label", element, "an object");
        var labels = new SortedDictionary<int, string>();
        foreach (var property in element.EnumerateObject())
        {
            if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || !labels.TryAdd(number, property.Value.ToString()))
                throw Error("id2label", element, "a different number before each label");
        }

        return labels.Keys.SequenceEqual(Enumerable.Range(0, labels.Count))
            ? [.. labels.Values]
            : throw Error("id2label", element, "the numbers from 0 on");
    }

    private void RequireObject()
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{path} holds a JSON {root.ValueKind}; expected an object.");
    }

    private InvalidDataException Error(string key, JsonElement found, string expected) =>
        new($"{path}: {key} is {found.GetRawText()}; expected {expected}.");
}
