using Seven.Cli.Data;

namespace Seven.Cli.Pruning;

/// <summary>Finds rows to choose by that a model has read while it learned: on them it is better than on new texts, and loses less.</summary>
internal static class KnownRows
{
    private const StringSplitOptions Trimmed = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    /// <summary>Number of rows whose text is a text that is learned from, or stands in one word for word. Pairs must be the same pair.</summary>
    /// <param name="train">Rows that are learned from.</param>
    /// <param name="rows">Rows to choose by.</param>
    public static int Count(IEnumerable<TextRow> train, IReadOnlyList<TextRow> rows)
    {
        // By their first words, of which a text has one or two: so few rows are compared at each place.
        var texts = rows.Select(row => (Words: WordsOf(row.Text), row.Second)).ToList();
        var byStart = texts.Select((text, row) => (Row: row, Start: Start(text.Words, at: 0, length: Math.Min(2, text.Words.Length)))).ToLookup(text => text.Start, text => text.Row);
        var known = new HashSet<int>();
        foreach (var row in train)
        {
            string[] words = WordsOf(row.Text);
            for (int at = 0; at < words.Length; at++)
                for (int length = 1; length <= Math.Min(2, words.Length - at); length++)
                    known.UnionWith(byStart[Start(words, at, length)].Where(candidate => IsAt(texts[candidate], words, at, row.Second)));
        }

        return known.Count;
    }

    private static bool IsAt((string[] Words, string? Second) text, string[] words, int at, string? second) =>
        text.Words.Length <= words.Length - at && text.Second == second && (second is null || text.Words.Length == words.Length) && words.AsSpan(at, text.Words.Length).SequenceEqual(text.Words);

    private static string[] WordsOf(string text) => text.Split(' ', Trimmed);

    private static string Start(string[] words, int at, int length) => string.Join(' ', words, at, length);
}
