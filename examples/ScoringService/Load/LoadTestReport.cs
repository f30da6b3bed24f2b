using System.Globalization;

namespace ScoringService.Load;

/// <summary>What came of a load test.</summary>
/// <param name="Requests">Requests answered after the warm-up.</param>
/// <param name="Errors">Requests, of the warm-up too, that failed or were refused.</param>
/// <param name="Seconds">The time without the warm-up.</param>
/// <param name="Median">The median time of a request, in milliseconds.</param>
/// <param name="Percentile99">The time below which 99 % of the requests stayed, in milliseconds.</param>
/// <param name="MemoryAfterWarmUp">The service's memory after the warm-up, in MiB.</param>
/// <param name="MemoryAtEnd">The same at the end.</param>
internal sealed record LoadTestReport(long Requests, long Errors, double Seconds, double Median, double Percentile99, double MemoryAfterWarmUp, double MemoryAtEnd)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Requests:N0} requests in {Seconds:F0} s, {Requests / Seconds:N0} a second; {Errors} errors; p50 {Median:F2} ms, p99 {Percentile99:F2} ms; "
        + $"memory {MemoryAfterWarmUp:F0} MiB after the warm-up, {MemoryAtEnd:F0} MiB at the end");
}
