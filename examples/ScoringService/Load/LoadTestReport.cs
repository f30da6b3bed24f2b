using System.Globalization;

namespace ScoringService.Load;

/// <summary>What came of a load test.</summary>
/// <param name="Start">Time from the start of the process to the first answer, in milliseconds.</param>
/// <param name="Times">The sorted times of the requests answered after the warm-up, in milliseconds.</param>
/// <param name="Errors">Requests, of the warm-up too, that failed or were refused.</param>
/// <param name="Seconds">The time without the warm-up.</param>
/// <param name="MemoryAfterWarmUp">The service's resident memory after the warm-up, in MiB.</param>
/// <param name="MemoryAtEnd">The same at the end.</param>
/// <param name="Reloads">Models that the service has loaded in the place of the first one.</param>
internal sealed record LoadTestReport(double Start, double[] Times, long Errors, double Seconds, double MemoryAfterWarmUp, double MemoryAtEnd, int Reloads)
{
    public int Requests => Times.Length;

    /// <summary>The time, in milliseconds, below which that share of the requests stayed.</summary>
    public double Quantile(double share) => Times[(int)(share * (Times.Length - 1))];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Requests:N0} requests in {Seconds:F0} s, {Requests / Seconds:N0} a second; {Errors} errors; p50 {Quantile(0.5):F2} ms, p95 {Quantile(0.95):F2} ms, p99 {Quantile(0.99):F2} ms; "
        + $"first answer {Start:F0} ms after the start; memory {MemoryAfterWarmUp:F0} MiB after the warm-up, {MemoryAtEnd:F0} MiB at the end; {Reloads} reloads");
}
