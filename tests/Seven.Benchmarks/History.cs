using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Seven.Benchmarks.Rivals;
using Seven.Terminal;

namespace Seven.Benchmarks;

/// <summary>A file of figures over time: a line for each case, with the commit, the day and the machine. Ratios can be compared between machines, times cannot.</summary>
internal static class History
{
    /// <summary>Cases beside ONNX Runtime that are recorded: a long and a short text, dense, at 80 and at 90 %.</summary>
    private static readonly string[] s_rivals = ["bert-base/128/0/int8/", "bert-base/128/80/int8/", "bert-base/32/90/", "minilm/16/90/int8/"];

    /// <summary>Measures what is recorded and appends it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="benchmarks">The benchmarks without a rival.</param>
    public static void Record(string path, IEnumerable<IBenchmark> benchmarks)
    {
        var (commit, day, machine) = (Commit(), DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Machine.Name);
        foreach (string only in s_rivals)
            foreach (var result in new RivalRun(threads: 1, only, Console.Error).Measure())
                Append(new(commit, day, machine, $"onnx-runtime-int8/{result.Case}", "times as fast", Rounded(result.Ratio)));
        foreach (var benchmark in benchmarks)
            foreach (var measured in benchmark.Measure(benchmark.DefaultThreads))
                Append(new(commit, day, machine, $"{measured.Name}/{measured.Case}", measured.Unit, Rounded(measured.Value)));

        void Append(Line line)
        {
            string json = JsonSerializer.Serialize(line, JsonSerializerOptions.Web);
            File.AppendAllText(path, json + "\n");
            Console.WriteLine(json);
        }
    }

    private static double Rounded(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Commit()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty"]) { RedirectStandardOutput = true })!;
        return git.StandardOutput.ReadToEnd().Trim();
    }

    private sealed record Line(string Commit, string Day, string Machine, string Case, string Unit, double Value);
}
