using Seven.Pruning.Patterns;
using Seven.Reports;

namespace Seven.Goals;

/// <summary>The smallest model with a loss within a limit: short trials find about where the limit is, full runs decide.</summary>
internal static class LossStrategy
{
    /// <summary>Three bisections decide between all but the last. Models at neighboring ones differ by a quarter to a third in their kept weights: finer steps are lost in the noise of training,
    /// and below the first scoring is hardly faster than dense.</summary>
    public static IReadOnlyList<double> Sparsities { get; } = [0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97];

    /// <summary>A full run recovers more than a short one, so that the first is one step above what short ones hold; each step down is a run.</summary>
    private static readonly int[] s_steps = [1, 0, -2];

    /// <summary>Short trials of a pattern.</summary>
    public static int ShortTrials { get; } = (int)Math.Ceiling(Math.Log2(Sparsities.Count));

    /// <summary>Full runs that a search usually takes.</summary>
    public const int UsualFullRuns = 2;

    public static SearchTrial Find(PruningGoal goal, ITrials trials)
    {
        var (pattern, highest) = goal.Patterns.Select(pattern => (Pattern: pattern, Highest: Highest(goal, trials, pattern))).MaxBy(found => found.Highest);
        foreach (int level in s_steps.Select(step => Math.Clamp(highest + step, 0, Sparsities.Count - 1)).Distinct())
        {
            var found = Smallest(goal.Precisions.Select(precision => trials.Pruned(pattern, Sparsities[level], precision, isFull: true)));
            if (found.Holds)
                return found;
        }

        return Smallest(goal.Precisions.Select(trials.Dense));
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
