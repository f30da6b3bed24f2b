using Seven.Metrics;
using Seven.Reports;

namespace QuickStart.Comparison;

/// <summary>One row of the table.</summary>
/// <param name="Name">The kind of model.</param>
/// <param name="Metrics">ML.NET's metrics on the test sentences.</param>
/// <param name="Report">The result of pruning; <see langword="null"/> for the dense model.</param>
/// <param name="TrainingSeconds">Seconds of <c>Fit</c>.</param>
/// <param name="Path">The saved ML.NET model.</param>
internal sealed record ComparedModel(string Name, IReadOnlyList<Metric> Metrics, PruningReport? Report, double TrainingSeconds, string Path)
{
    /// <summary>Milliseconds for a sentence through a prediction engine.</summary>
    public double Milliseconds { get; init; }

    /// <summary>The loaded model's answer to the example sentence.</summary>
    public string ExampleAnswer { get; init; } = "";

    public double Zeros => Report?.Sparsity ?? 0;

    public long FileBytes => new FileInfo(Path).Length;
}
