namespace Seven.Cli.Data;

/// <summary>Which columns hold what: names that the user gave, or the usual ones.</summary>
/// <param name="Text">The column of texts; <see langword="null"/> for a usual name.</param>
/// <param name="Second">The column of second texts; <see langword="null"/> for a usual name, or none.</param>
/// <param name="Label">The column of labels; <see langword="null"/> for a usual name, or none.</param>
internal sealed record TextColumns(string? Text = null, string? Second = null, string? Label = null)
{
    private static readonly string[] s_texts = ["text", "sentence", "sentence1", "text1", "review", "question", "question1", "premise", "content"];
    private static readonly string[] s_seconds = ["sentence2", "text2", "second", "question2", "hypothesis"];
    private static readonly string[] s_labels = ["label", "class", "category", "score", "similarity", "target"];

    /// <summary>The places of the columns, and whether the first row is a header.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public (int Text, int? Second, int? Label, bool HasHeader) Find(IReadOnlyList<string> first, string path)
    {
        int? text = Named(Text, first, path) ?? Usual(s_texts, first);
        if (text is { } place)
            return (place, Named(Second, first, path) ?? Usual(s_seconds, first), Named(Label, first, path) ?? Usual(s_labels, first), HasHeader: true);
        return (Text, Second, Label, first.Count) switch
        {
            (null, null, null, 2) => (0, null, 1, HasHeader: false),
            (null, null, null, 1) => (0, null, null, HasHeader: false),
            _ => throw new InvalidDataException(
                $"{path} begins with {first.Count} columns ({string.Join(", ", first.Take(8).Select(name => name.Length > 30 ? name[..30] + "…" : name))}), none of them {string.Join(", ", s_texts)}; "
                + "expected a header with one of these names, a text and a label without a header, or --text-column and --label-column."),
        };
    }

    private static int? Usual(string[] names, IReadOnlyList<string> header)
    {
        foreach (string name in names)
            for (int i = 0; i < header.Count; i++)
                if (header[i].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                    return i;
        return null;
    }

    private static int? Named(string? name, IReadOnlyList<string> header, string path) => name is null ? null
        : Usual([name], header) ?? throw new InvalidDataException($"{path} has no column '{name}'; expected one of {string.Join(", ", header)}.");
}
