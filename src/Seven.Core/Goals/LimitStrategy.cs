using Seven.Inference;
using Seven.Pruning.Patterns;
using Seven.Reports;

namespace Seven.Goals;

/// <summary>The best model within a size or a time. How many zeros that takes is measured without training; short trials choose between patterns and numbers, and correct what was measured,
/// since training divides zeros among layers in its own way; a full run follows.</summary>
internal sealed class LimitStrategy(LimitGoal goal, ITrials trials)
{
    /// <summary>Beyond it no model learns what it knew.</summary>
    private const int HighestPercent = 97;

    /// <exception cref="InvalidOperationException">No model reaches the goal; the message says the nearest.</exception>
    public static SearchTrial Find(LimitGoal goal, ITrials trials) => new LimitStrategy(goal, trials).Find();

    private SearchTrial Find()
    {
        Candidate[] candidates = [.. goal.Patterns.SelectMany(_ => goal.Precisions, (pattern, precision) => new Candidate(pattern, 0, precision)).Select(form => Least(form, correction: 1)).OfType<Candidate>()];
        if (candidates.Length == 0)
            throw Unreachable();
        if (goal.Precisions.Select(trials.Dense).Where(dense => dense.Holds).MaxBy(dense => dense.Metric) is { } already)
            return already;
        // Of equally good ones that with the fewest zeros.
        var best = candidates.OrderBy(candidate => candidate.Sparsity).MaxBy(candidate => Run(candidate, isFull: false).Metric)!;
        best = Corrected(best, Run(best, isFull: false));
        var found = Run(best, isFull: true);
        return found.Holds || Corrected(best, found) is var again && again == best ? found : Run(again, isFull: true);
    }

    /// <summary>The same form with as many zeros as the goal takes by what a trained model costs.</summary>
    private Candidate Corrected(Candidate candidate, SearchTrial trained)
    {
        if (trained.Holds)
            return candidate;
        double correction = goal.CostOf(trained) / goal.CostOf(Untrained(candidate, (int)Math.Round(100 * candidate.Sparsity)));
        return Least(candidate, correction) ?? candidate with { Sparsity = HighestPercent / 100.0 };
    }

    /// <summary>The least sparsity with which the goal is reached; <see langword="null"/> if none does.</summary>
    /// <param name="form">Pattern and numbers.</param>
    /// <param name="correction">By how much a trained model costs more than one that was not trained.</param>
    private Candidate? Least(Candidate form, double correction)
    {
        if (!Reaches(HighestPercent))
            return null;
        var (misses, reaches) = (0, HighestPercent);
        while (reaches - misses > 1)
        {
            int middle = (misses + reaches) / 2;
            if (Reaches(middle))
                reaches = middle;
            else
                misses = middle;
        }

        return form with { Sparsity = reaches / 100.0 };

        bool Reaches(int percent) => goal.CostOf(Untrained(form, percent)) * correction <= goal.Limit;
    }

    private SearchTrial Untrained(Candidate form, int percent) => trials.Untrained(form.Pattern, percent / 100.0, form.Precision);

    private SearchTrial Run(Candidate candidate, bool isFull) => trials.Pruned(candidate.Pattern, candidate.Sparsity, candidate.Precision, isFull);

    private InvalidOperationException Unreachable()
    {
        var nearest = goal.Patterns.SelectMany(_ => goal.Precisions, (pattern, precision) => trials.Untrained(pattern, HighestPercent / 100.0, precision)).MinBy(goal.CostOf)!;
        return new InvalidOperationException($"The goal is {goal}, which no model reaches; the nearest is {nearest}.");
    }

    private sealed record Candidate(MaskPattern Pattern, double Sparsity, Precision Precision);
}
