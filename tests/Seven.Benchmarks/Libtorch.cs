using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Seven.Benchmarks;

/// <summary>Debian's PyTorch on this machine, run as a script that prints <c>{"case", "threads", "value"}</c> a line.</summary>
internal static class Libtorch
{
    /// <summary>Debian's OpenBLAS does not know newer processors; the best of these is what libtorch can do here.</summary>
    private static readonly string?[] CoreTypes = ["SKYLAKEX", "COOPERLAKE", null];

    /// <summary>Each case's value, the smallest over OpenBLAS's kernels and over whether torch's own loops are threaded as well.
    /// A setting that the first, quick case shows to be far behind is not tried on the others.</summary>
    public static Dictionary<string, double> Best(string script, int threads)
    {
        var best = new Dictionary<string, double>();
        foreach (int torchThreads in new[] { threads, 1 }.Distinct())
            foreach (string? coreType in CoreTypes)
                foreach (var (name, value) in Run(script, torchThreads, threads, coreType, best))
                    best[name] = Math.Min(value, best.GetValueOrDefault(name, double.PositiveInfinity));
        return best;
    }

    private static List<(string Case, double Value)> Run(string script, int torchThreads, int threads, string? coreType, Dictionary<string, double> best)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "libtorch", script), $"{torchThreads}", LimitOf(best)])
        {
            RedirectStandardOutput = true,
        };
        // OpenBLAS has threads of its own, which torch.set_num_threads does not limit.
        start.Environment["OPENBLAS_NUM_THREADS"] = $"{threads}";
        start.Environment["OMP_NUM_THREADS"] = $"{torchThreads}";
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        if (coreType is not null)
            start.Environment["OPENBLAS_CORETYPE"] = coreType;

        using var process = Process.Start(start)!;
        var values = new List<(string, double)>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            values.Add((json.RootElement.GetProperty("case").GetString()!, json.RootElement.GetProperty("value").GetDouble()));
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{script} ended with {process.ExitCode}; expected Debian's packages python3-torch and libopenblas0-pthread.");
        return values;
    }

    /// <summary>A script stops after its first, quick case if that takes longer than this many seconds.</summary>
    private static string LimitOf(Dictionary<string, double> best) =>
        best.Count == 0 ? "inf" : (1.1 * best.First().Value).ToString(CultureInfo.InvariantCulture);
}
