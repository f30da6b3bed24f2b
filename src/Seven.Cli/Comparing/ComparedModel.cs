using Seven.Metrics;

namespace Seven.Cli.Comparing;

/// <summary>A model beside others.</summary>
/// <param name="Model">Its folder, or its name on the hub.</param>
/// <param name="Task">What it is for.</param>
/// <param name="Precision">The numbers it scores with.</param>
/// <param name="Metrics">What it is judged by; none without data.</param>
/// <param name="Sparsity">Share of zeros among the prunable weights.</param>
/// <param name="Bytes">Bytes of its weights in its folder.</param>
/// <param name="Input">What was timed.</param>
/// <param name="Milliseconds">The median time of one text.</param>
internal sealed record ComparedModel(string Model, string Task, string Precision, IReadOnlyList<Metric> Metrics, double Sparsity, long Bytes, string Input, double Milliseconds);
