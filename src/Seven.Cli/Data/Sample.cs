namespace Seven.Cli.Data;

/// <summary>A part of some rows, spread over all of them: files are often sorted by their labels.</summary>
internal static class Sample
{
    public static T[] Of<T>(IReadOnlyList<T> rows, int most)
    {
        int count = Math.Min(rows.Count, most);
        return [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Count / count)])];
    }
}
