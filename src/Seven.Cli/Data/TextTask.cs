using System.Globalization;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Hub;

namespace Seven.Cli.Data;

/// <summary>The task of a model, determined by its folder or by the data.</summary>
internal enum TextTaskKind
{
    /// <summary>The class of a text or a pair.</summary>
    Classification,

    /// <summary>A number for a text or a pair, such as how alike they are.</summary>
    Similarity,

    /// <summary>A vector for a text; no labels are needed.</summary>
    Embedding,
}

/// <summary>Finds the task of data.</summary>
internal static class TextTask
{
    /// <summary>As many different numbers are scores, not classes.</summary>
    private const int MostNumberedClasses = 20;

    /// <summary>The task that the labels speak of.</summary>
    public static TextTaskKind Of(IReadOnlyList<TextRow> rows)
    {
        if (rows[0].Label is null)
            return TextTaskKind.Embedding;
        bool areNumbers = rows.All(row => IsNumber(row.Label, out _));
        return areNumbers && (rows.Any(row => IsNumber(row.Label, out float value) && value != MathF.Round(value)) || rows.Select(row => row.Label).Distinct().Count() > MostNumberedClasses)
            ? TextTaskKind.Similarity
            : TextTaskKind.Classification;
    }

    /// <summary>The classes of data, in the order of a model that has the same ones, else by their names.</summary>
    public static IReadOnlyList<string> LabelsOf(IEnumerable<TextRow> rows, EncoderTask? trained)
    {
        string[] found = [.. rows.Select(row => row.Label!).Distinct().Order(StringComparer.Ordinal)];
        if (trained is TextClassificationTask && found.All(label => trained.Labels.Contains(label)))
            return trained.Labels;
        return found.Length > 1 ? found : throw new InvalidDataException($"The data has {found.Length} class ({string.Join(", ", found)}); expected at least two.");
    }

    /// <summary>Returns the task for which a folder's model was trained; <see langword="null"/> for one without a head, or with the head of its pretraining.</summary>
    public static EncoderTask? TrainedIn(string model)
    {
        var contents = EncoderFolder.Open(ModelHub.FolderOf(model));
        return contents.NamesTask ? contents.Task() : null;
    }

    /// <summary>A label as a number.</summary>
    public static bool IsNumber(string? text, out float value) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
}
