using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Encoders.Results;

/// <summary>The values of a key's numbers: texts, numbers, truth values or times, or only the numbers themselves.</summary>
internal abstract class LabelValues
{
    private const string KeyValues = "KeyValues";

    private protected LabelValues(IReadOnlyList<string> names) => Names = names;

    /// <summary>Number of labels.</summary>
    public int Count => Names.Count;

    /// <summary>The labels as texts, all different.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The values of a column of keys or of vectors of keys.</summary>
    /// <exception cref="ArgumentException">The number of labels is not known, or the values are of a type that cannot be saved.</exception>
    public static LabelValues Of(DataViewSchema.Column label)
    {
        ulong count = ((KeyDataViewType)(label.Type is VectorDataViewType vector ? vector.ItemType : label.Type)).Count;
        if (count is 0 or > int.MaxValue)
            throw new ArgumentException($"The key column '{label.Name}' has {count} values; expected at least 1 and at most {int.MaxValue}.");
        if (label.Annotations.Schema.GetColumnOrNull(KeyValues) is not { Type: VectorDataViewType { Size: > 0 } values })
            return new NumberedLabels((int)count);
        return LabelKind.Of(values.ItemType).Read(label.Annotations);
    }

    /// <summary>Values to show the type of a column that does not exist yet.</summary>
    public static LabelValues Placeholder(SchemaShape.Column label)
    {
        var values = label.Annotations.Where(annotation => annotation.Name == KeyValues).ToList();
        return values.Count == 0 ? new NumberedLabels(2) : LabelKind.Of(values[0].ItemType).Placeholder();
    }

    /// <summary>The labels of a file; <see langword="null"/> for none.</summary>
    /// <param name="json">What the file says.</param>
    /// <param name="count">The classes of the network.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static LabelValues? FromJson(JsonNode? json, int count)
    {
        string? type = json?["type"]?.GetValue<string>();
        var values = type is null ? null : json!["values"]!.AsArray();
        int found = values?.Count ?? (json is null ? 0 : json["count"]!.GetValue<int>());
        if (found != count)
            throw new InvalidDataException($"There are {found} labels for the {count} classes of the network; expected as many.");
        return json is null ? null
            : values is null ? new NumberedLabels(count)
            : LabelKind.Of(type!).FromTexts([.. values.Select(value => value!.GetValue<string>())]);
    }

    /// <summary>Adds them to a column's annotations, if they are more than numbers.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder annotations, string kind);

    public abstract JsonNode ToJson();

    /// <summary>A key without values.</summary>
    private sealed class NumberedLabels(int count) : LabelValues([.. Enumerable.Range(1, count).Select(number => $"{number}")])
    {
        public override void AddTo(DataViewSchema.Annotations.Builder annotations, string kind)
        {
        }

        public override JsonNode ToJson() => new JsonObject { ["count"] = Count };
    }
}
