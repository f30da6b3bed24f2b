using System.Globalization;
using Seven.Encoders;

namespace Seven.Benchmarks.Scaling;

/// <summary>Encode throughput against batch, sequence length, sparsity and threads: a table and plots.</summary>
internal static class ScalingRun
{
    private const int Rounds = 5;

    private static readonly int[] s_batches = [1, 4, 16, 32];
    private static readonly int[] s_lengths = [16, 32, 64, 128];
    private static readonly int[] s_percents = [0, 60, 80, 90];

    public static void Write(string folder, int threads)
    {
        Directory.CreateDirectory(folder);
        var cases =
            from percent in s_percents
            let model = Pruned(percent)
            from count in new[] { 1, threads }.Distinct()
            from batch in s_batches
            from length in s_lengths
            select new ScalingCase(model, percent, count, batch, length);
        ScalingCase[] all = [.. cases];
        // Round by round, so that a slow moment of the machine falls on no case alone.
        for (int round = 0; round < Rounds; round++)
            foreach (var one in all)
                one.Run();
        ScalingPoint[] points = [.. all.Select(one => one.Result())];
        string table = Table(points);
        File.WriteAllText(Path.Combine(folder, "scaling.md"), table);
        Console.WriteLine(table);
        foreach (string plot in ScalingPlots.Write(folder, points))
            Console.WriteLine(plot);
    }

    private static BertClassifier Pruned(int percent)
    {
        var model = BenchmarkModel.Bert(4, 256, s_lengths[^1], labels: 2);
        BenchmarkModel.Prune(model, percent);
        return model;
    }

    private static string Table(IReadOnlyList<ScalingPoint> points)
    {
        var lines = new List<string>
        {
            "Sentences a second, BERT 4 × 256, by sparsity",
            "",
            "| threads | batch | tokens | " + string.Join(" | ", s_percents.Select(percent => $"{percent} %")) + " |",
            "|---:|---:|---:|" + string.Concat(s_percents.Select(_ => "---:|")),
        };
        foreach (var row in points.GroupBy(point => (point.Threads, point.Batch, point.Length)).OrderBy(row => row.Key))
            lines.Add(
                $"| {row.Key.Threads} | {row.Key.Batch} | {row.Key.Length} | "
                + string.Join(" | ", row.OrderBy(point => point.Percent).Select(point => point.SentencesPerSecond.ToString("N0", CultureInfo.InvariantCulture))) + " |");
        return string.Join('\n', lines) + "\n";
    }
}
