using System.Globalization;
using System.Text;

namespace Seven.Reports;

/// <summary>The trials of a search for a goal, and the one that was chosen.</summary>
/// <param name="Goal">What was asked for.</param>
/// <param name="Metric">The name of what models are judged by.</param>
/// <param name="Input">What was timed, such as "32 tokens".</param>
/// <param name="Dense">The dense model.</param>
/// <param name="Trials">All that was tried, in its order.</param>
/// <param name="Chosen">The one that was taken; it misses the goal where none reaches it.</param>
public sealed record SearchReport(string Goal, string Metric, string Input, SearchTrial Dense, IReadOnlyList<SearchTrial> Trials, SearchTrial Chosen)
{
    /// <summary>The standard error of the chosen model's loss beside the dense one, on the rows that were chosen by; <see langword="null"/> where the goal is no loss.</summary>
    public double? LossError { get; init; }

    /// <summary>A table for people: a line a trial, the one that was taken with a star, and how well its loss is known.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Goal: {Goal}; judged by {Metric} on the validation set, timed with {Input}.");
        foreach (var trial in Trials.Prepend(Dense))
            text.AppendLine(CultureInfo.InvariantCulture, $"{(trial == Chosen ? '*' : ' ')} {trial}");
        if (LossError is { } error)
            text.AppendLine(CultureInfo.InvariantCulture, $"Of the one that was taken the loss is {Dense.Metric - Chosen.Metric:F4}, with a standard error of {error:F4}.");
        return text.ToString().TrimEnd();
    }
}
