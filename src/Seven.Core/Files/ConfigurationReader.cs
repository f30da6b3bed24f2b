using System.Globalization;
using System.Text.Json;
using Seven.Encoders;

namespace Seven.Files;

/// <summary>Reads values of a <c>config.json</c>; each error names the file, the key, what was found and what was expected.</summary>
internal sealed class ConfigurationReader(string path, JsonElement root)
{
    /// <summary>The first of <c>architectures</c>.</summary>
    public string Architecture()
    {
        RequireObject();
        if (!root.TryGetProperty("architectures", out var names))
            throw new InvalidDataException($"{path} names no architectures; expected one, such as BertForSequenceClassification.");
        return names.ValueKind == JsonValueKind.Array && names.GetArrayLength() > 0 && names[0].ValueKind == JsonValueKind.String
            ? names[0].GetString()!
            : throw Error("architectures", names, "a list of names");
    }

    public void RequireModelType(string expected)
    {
        RequireObject();
        string found = root.TryGetProperty("model_type", out var type) ? type.ToString() : "(none)";
        if (found != expected)
            throw new InvalidDataException($"{path}: model_type is {found}; expected {expected}. Supported are bert and vit.");
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

    public bool Flag(string key, bool missing)
    {
        RequireObject();
        if (!root.TryGetProperty(key, out var element) || element.ValueKind == JsonValueKind.Null)
            return missing;
        return element.ValueKind is JsonValueKind.True or JsonValueKind.False ? element.GetBoolean() : throw Error(key, element, "true or false");
    }

    public IReadOnlyList<double> Numbers(string key, IReadOnlyList<double> missing)
    {
        RequireObject();
        if (!root.TryGetProperty(key, out var element))
            return missing;
        if (element.ValueKind != JsonValueKind.Array || element.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Number))
            throw Error(key, element, "a list of numbers");
        return [.. element.EnumerateArray().Select(item => item.GetDouble())];
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

    public Activation Activation() =>
        Choice("hidden_act", Encoders.Activation.Gelu, ("gelu", Encoders.Activation.Gelu), ("relu", Encoders.Activation.Relu));

    private void RequireObject()
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{path} holds a JSON {root.ValueKind}; expected an object.");
    }

    private InvalidDataException Error(string key, JsonElement found, string expected) =>
        new($"{path}: {key} is {found.GetRawText()}; expected {expected}.");
}
