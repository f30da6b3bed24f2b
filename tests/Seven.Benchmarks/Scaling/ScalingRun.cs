using System.Globalization;
using Seven.Inference;

namespace Seven.Benchmarks.Scaling;

/// <summary>Encode throughput against batch, sequence length, sparsity and threads: a table and plots.</summary>
internal static class ScalingRun
{
    private const int Rounds = 7;

    private static readonly int[] s_batches = [1, 4, 16, 32];
    private static readonly int[] s_lengths = [16, 32, 64, 128];
    private static readonly int[] s_percents = [0, 60, 80, 90];

    public static void Write(string folder, int threads)
    {
        Directory.CreateDirectory(folder);
        int[] threadCounts = [.. new[] { 1, threads }.Distinct()];
        var models = s_percents.ToDictionary(percent => percent, percent => Load(percent, threadCounts));
        var cases =
            from batch in s_batches
            from length in s_lengths
            from percent in s_percents
            from count in threadCounts
            select new ScalingCase(models[percent][count], percent, count, batch, length);
        ScalingCase[] all = [.. cases];
        // Round by round, what is compared side by side: a slow moment of the machine falls on neighbors alike.
        for (int round = 0; round < Rounds; round++)
            foreach (var one in all)
                one.Run();
        ScalingPoint[] points = [.. all.Select(one => one.Result())];
        string tables = Table("Sentences a second, BERT 4 × 256", "N0", points.Select(point => (point, point.SentencesPerSecond)));
        if (threads > 1)
            tables += "\n" + Table($"{threads} threads against one", "F2", SpeedUps(all));
        File.WriteAllText(Path.Combine(folder, "scaling.md"), tables);
        Console.WriteLine(tables);
        foreach (string plot in ScalingPlots.Write(folder, points))
            Console.WriteLine(plot);
    }

    private static Dictionary<int, SparseModel> Load(int percent, int[] threadCounts)
    {
        var model = BenchmarkModel.Bert(4, 256, s_lengths[^1], labels: 2);
        BenchmarkModel.Prune(model, percent);
        return threadCounts.ToDictionary(count => count, count => BenchmarkModel.ForScoring(model, count));
    }

    private static IEnumerable<(ScalingPoint Point, double Value)> SpeedUps(IReadOnlyList<ScalingCase> cases) =>
        cases.Zip(cases.Skip(1)).Where(pair => pair.Second.Threads > 1).Select(pair => (pair.Second.Result(), pair.Second.SpeedUpOver(pair.First)));

    private static string Table(string title, string format, IEnumerable<(ScalingPoint Point, double Value)> cells)
    {
        var lines = new List<string>
        {
            $"{title}, by sparsity",
            "",
            "| threads | batch | tokens | " + string.Join(" | ", s_percents.Select(percent => $"{percent} %")) + " |",
            "|---:|---:|---:|" + string.Concat(s_percents.Select(_ => "---:|")),
        };
        foreach (var row in cells.GroupBy(cell => (cell.Point.Threads, cell.Point.Batch, cell.Point.Length)).OrderBy(row => row.Key))
            lines.Add(
                $"| {row.Key.Threads} | {row.Key.Batch} | {row.Key.Length} | "
                + string.Join(" | ", row.OrderBy(cell => cell.Point.Percent).Select(cell => cell.Value.ToString(format, CultureInfo.InvariantCulture))) + " |");
        return string.Join('\n', lines) + "\n";
    }
}
