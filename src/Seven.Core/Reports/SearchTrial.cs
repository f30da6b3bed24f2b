using System.Globalization;

namespace Seven.Reports;

/// <summary>A model that a search for a goal tried.</summary>
/// <param name="Pattern">Which weights were kept or removed together.</param>
/// <param name="Sparsity">Share of zeros among the prunable weights.</param>
/// <param name="Precision">The numbers it scores with.</param>
/// <param name="Epochs">Passes over the examples while it was pruned; 0 for the dense model.</param>
/// <param name="IsFull">Whether these are as many as the final model has; others are short trials.</param>
/// <param name="Metric">What it is judged by, on the validation set; not a number where only size and time were measured.</param>
/// <param name="Bytes">Its weights on disk, compact, with the numbers that it scores with.</param>
/// <param name="Milliseconds">The median time of one input.</param>
/// <param name="Holds">Whether it reaches the goal.</param>
public sealed record SearchTrial(string Pattern, double Sparsity, string Precision, int Epochs, bool IsFull, double Metric, long Bytes, double Milliseconds, bool Holds)
{
    /// <summary>The trial as a line for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Form}: {(double.IsNaN(Metric) ? "" : FormattableString.Invariant($"{Metric:F4}, "))}{Bytes / 1e6:F2} MB, {Milliseconds:F2} ms{(Holds ? "" : ", misses the goal")}");

    private string Form => Epochs == 0 && Sparsity == 0
        ? $"dense, {Precision}"
        : Epochs == 0 ? FormattableString.Invariant($"{Pattern}, {Sparsity:P1} zeros, {Precision}")
        : FormattableString.Invariant($"{Pattern}, {Sparsity:P1} zeros, {Precision}, {(IsFull ? "full run" : "short trial")} of {Epochs} {(Epochs == 1 ? "epoch" : "epochs")}");
}
