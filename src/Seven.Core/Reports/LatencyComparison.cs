namespace Seven.Reports;

/// <summary>Latencies before and after pruning.</summary>
/// <param name="What">What was timed, such as "a sentence".</param>
/// <param name="Dense">Milliseconds with the dense network.</param>
/// <param name="Pruned">Milliseconds with the pruned one.</param>
public sealed record LatencyComparison(string What, double Dense, double Pruned);
