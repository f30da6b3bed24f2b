using Seven.Inference;
using Seven.Pruning.Patterns;
using Seven.Reports;

namespace Seven.Goals;

/// <summary>The best model within a size or a time. How many zeros that takes is measured without training; short trials choose between patterns and numbers, and a full run follows.</summary>
internal static class LimitStrategy
{
    /// <summary>Beyond it no model learns what it knew.</summary>
    private const int HighestPercent = 97;

    /// <exception cref="InvalidOperationException">No model reaches the goal; the message says the nearest.</exception>
    public static SearchTrial Find(PruningGoal goal, ITrials trials)
    {
        Candidate[] candidates = [.. goal.Patterns.SelectMany(_ => goal.Precisions, (pattern, precision) => Least(goal, trials, pattern, precision)).OfType<Candidate>()];
        if (candidates.Length == 0)
            throw Unreachable(goal, trials);
        if (goal.Precisions.Select(trials.Dense).Where(dense => dense.Holds).MaxBy(dense => dense.Metric) is { } already)
            return already;
        // Of equally good ones that with the fewest zeros.
        var best = candidates is [var only] ? only : candidates.OrderBy(candidate => candidate.Sparsity).MaxBy(candidate => Run(trials, candidate, isFull: false).Metric)!;
        return Run(trials, best, isFull: true);
    }

    /// <summary>The least sparsity with which the goal is reached; <see langword="null"/> if none does.</summary>
    private static Candidate? Least(PruningGoal goal, ITrials trials, MaskPattern pattern, Precision precision)
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

        return new Candidate(pattern, reaches / 100.0, precision);

        bool Reaches(int percent) => trials.Untrained(pattern, percent / 100.0, precision).Holds;
    }

    private static SearchTrial Run(ITrials trials, Candidate candidate, bool isFull) => trials.Pruned(candidate.Pattern, candidate.Sparsity, candidate.Precision, isFull);

    private static InvalidOperationException Unreachable(PruningGoal goal, ITrials trials)
    {
        var sparsest = goal.Patterns.SelectMany(_ => goal.Precisions, (pattern, precision) => trials.Untrained(pattern, HighestPercent / 100.0, precision)).ToList();
        var nearest = goal is SizeGoal ? sparsest.MinBy(trial => trial.Bytes)! : sparsest.MinBy(trial => trial.Milliseconds)!;
        return new InvalidOperationException($"The goal is {goal}, which no model reaches; the nearest is {nearest}.");
    }

    private sealed record Candidate(MaskPattern Pattern, double Sparsity, Precision Precision);
}
