using Seven.Tests;

namespace Seven.Cli.Tests;

/// <summary>Small files of rows that a tiny model learns in a second.</summary>
internal static class Samples
{
    private static readonly string[] s_words = ["film", "song"];

    public static string NewPath(string name) => Path.Combine(TestFolders.Temporary(), name);

    public static string Labeled(int rows = 200, string name = "rows.tsv") =>
        Written(name, Enumerable.Range(0, rows).Select(i => $"{(i % 2 == 0 ? "good" : "bad")} {s_words[i / 2 % 2]}\t{(i % 2 == 0 ? "yes" : "no")}").Prepend("text\tlabel"));

    public static string Scored(int rows = 100) =>
        Written("scores.tsv", Enumerable.Range(0, rows).Select(i => $"good film\t{(i % 2 == 0 ? "good" : "bad")} song\t{(i % 2 == 0 ? 4.5 : 0.5).ToString(System.Globalization.CultureInfo.InvariantCulture)}").Prepend("sentence1\tsentence2\tscore"));

    public static string Texts(int rows = 100) => Written("texts.tsv", Enumerable.Range(0, rows).Select(i => $"{(i % 3 == 0 ? "good" : "bad")} {s_words[i % 2]}"));

    public static string Written(string name, IEnumerable<string> lines)
    {
        string path = NewPath(name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
