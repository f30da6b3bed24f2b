using System.Globalization;
using Seven.Goals;
using Seven.Reports;

namespace Seven.Cli.Pruning;

/// <summary>A loss within the goal that so few rows were chosen by that it may as well lie beyond.</summary>
internal static class FewRows
{
    /// <returns>The warning; <see langword="null"/> where the loss and its standard error are within the goal, or there is no loss to keep.</returns>
    public static string? Warning(PruningGoal goal, SearchReport search)
    {
        double loss = search.Dense.Metric - search.Chosen.Metric;
        return goal is LossGoal { Points: var points } && search.LossError is { } error && search.Chosen.Holds && loss + error > points
            ? string.Create(CultureInfo.InvariantCulture, $"On the rows that were chosen by the loss is {loss:F4} with a standard error of {error:F4}, and the goal {points}: more rows in --validation would say it better.")
            : null;
    }
}
