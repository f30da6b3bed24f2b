namespace Seven.Reports;

/// <summary>The number of weights whose score lies within a range.</summary>
/// <param name="From">The smallest score of the range.</param>
/// <param name="To">The score at which the next range begins.</param>
/// <param name="Kept">Weights kept, by their scores at the last pruning step.</param>
/// <param name="Removed">Weights removed, by their scores when they were.</param>
public sealed record ScoreRange(double From, double To, long Kept, long Removed);

/// <summary>The scores by which pruning chose.</summary>
/// <param name="ranges">Ranges of the scores, in order.</param>
/// <param name="threshold">The smallest score kept; <see langword="null"/> where each layer has its own.</param>
public sealed class ScoreDistribution(IReadOnlyList<ScoreRange> ranges, double? threshold)
{
    /// <summary>Ranges of the scores, in order, each some times as large as the one before; scores next to zero are in one.</summary>
    public IReadOnlyList<ScoreRange> Ranges => ranges;

    /// <summary>The smallest score kept; <see langword="null"/> where each layer has its own.</summary>
    public double? Threshold => threshold;
}
