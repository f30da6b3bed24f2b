using System.Diagnostics;
using System.Globalization;

namespace Seven.Benchmarks;

/// <summary>Debian's PyTorch on this machine: a script is given a number of threads and a case, and prints the case's value.</summary>
internal static class Libtorch
{
    /// <summary>Debian's OpenBLAS does not know newer processors; the best of these kernels is what libtorch can do here.</summary>
    private static readonly string?[] CoreTypes = ["SKYLAKEX", "COOPERLAKE", null];

    /// <summary>Each case's value. The first case, a quick one, is run with each of OpenBLAS's kernels, and with torch's own loops on all threads
    /// or on one; the others with the setting that was best there.</summary>
    public static Dictionary<string, double> Best(string script, int threads, IReadOnlyList<string> cases)
    {
        var settings =
            from torchThreads in new[] { threads, 1 }.Distinct()
            from coreType in CoreTypes
            where coreType is not null || torchThreads == threads
            select new Setting(torchThreads, threads, coreType);
        var (best, value) = settings.Select(setting => (setting, Value: Run(script, cases[0], setting))).MinBy(run => run.Value);
        var values = new Dictionary<string, double> { [cases[0]] = value };
        foreach (string name in cases.Skip(1))
            values[name] = Run(script, name, best);
        return values;
    }

    private static double Run(string script, string name, Setting setting)
    {
        var start = new ProcessStartInfo(
            "/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "libtorch", script), $"{setting.TorchThreads}", name])
        {
            RedirectStandardOutput = true,
        };
        // OpenBLAS has threads of its own, which torch.set_num_threads does not limit.
        start.Environment["OPENBLAS_NUM_THREADS"] = $"{setting.BlasThreads}";
        start.Environment["OMP_NUM_THREADS"] = $"{setting.TorchThreads}";
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        if (setting.CoreType is not null)
            start.Environment["OPENBLAS_CORETYPE"] = setting.CoreType;

        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{script} ended with {process.ExitCode}; expected Debian's packages python3-torch and libopenblas0-pthread.");
    }

    private sealed record Setting(int TorchThreads, int BlasThreads, string? CoreType);
}
