using Seven.Inference;
using Seven.Pruning.Patterns;
using Seven.Reports;

namespace Seven.Goals;

/// <summary>The smallest model with a loss within a limit: short trials find about where the limit is, full runs decide.</summary>
internal static class LossStrategy
{
    /// <summary>Three bisections decide between all but the last. Models at neighboring ones differ by a quarter to a third in their kept weights: finer steps are lost in the noise of training,
    /// and below the first scoring is hardly faster than dense.</summary>
    public static IReadOnlyList<double> Sparsities { get; } = [0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97];

    /// <summary>More full runs than these would take longer than the answer is worth.</summary>
    private const int MostFullRuns = 3;

    /// <summary>Short trials of a pattern.</summary>
    public static int ShortTrials { get; } = (int)Math.Ceiling(Math.Log2(Sparsities.Count));

    /// <summary>Full runs that a search usually takes.</summary>
    public const int UsualFullRuns = 2;

    public static SearchTrial Find(LossGoal goal, ITrials trials)
    {
        var (pattern, highest) = goal.Patterns.Select(pattern => (Pattern: pattern, Highest: Highest(goal, trials, pattern))).MaxBy(found => found.Highest);
        // A full run recovers more than a short one.
        var first = Full(highest + 1);
        if (first.Holds)
            return Climbed(first, highest + 2);
        return Full(highest) is { Holds: true } second ? second
            : Full(highest - 2) is { Holds: true } third ? third
            : Smallest(goal.Precisions.Select(trials.Dense));

        SearchTrial Full(int level) => Smallest(goal.Precisions.Select(precision => trials.Pruned(pattern, Sparsities[Math.Clamp(level, 0, Sparsities.Count - 1)], precision, isFull: true)));

        // Where half of the loss is left, one more step may hold as well.
        SearchTrial Climbed(SearchTrial found, int next)
        {
            for (int runs = 1; runs < MostFullRuns && next < Sparsities.Count && found.Metric >= trials.Dense(Precision.Float32).Metric - goal.Points / 2; runs++, next++)
            {
                var higher = Full(next);
                if (!higher.Holds)
                    break;
                found = higher;
            }

            return found;
        }
    }

    /// <summary>The highest level that short trials hold; -1 if none does.</summary>
    private static int Highest(PruningGoal goal, ITrials trials, MaskPattern pattern)
    {
        var (holds, misses) = (-1, Sparsities.Count - 1);
        while (misses - holds > 1)
        {
            int middle = (holds + misses) / 2;
            if (goal.Precisions.Any(precision => trials.Pruned(pattern, Sparsities[middle], precision, isFull: false).Holds))
                holds = middle;
            else
                misses = middle;
        }

        return holds;
    }

    /// <summary>The smallest of those that hold; of none the best.</summary>
    private static SearchTrial Smallest(IEnumerable<SearchTrial> trials)
    {
        SearchTrial[] all = [.. trials];
        return all.Where(trial => trial.Holds).MinBy(trial => trial.Bytes) ?? all.MaxBy(trial => trial.Metric)!;
    }
}
