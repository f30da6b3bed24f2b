namespace Seven.Pruning;

/// <summary>How many weights had a score within a range, at the last pruning step.</summary>
/// <param name="From">The smallest score of the range.</param>
/// <param name="To">The score at which the next range begins.</param>
/// <param name="Kept">Weights kept.</param>
/// <param name="Removed">Weights that this step removed.</param>
public sealed record ScoreRange(double From, double To, long Kept, long Removed);

/// <summary>The scores by which the last pruning step chose.</summary>
/// <param name="Ranges">Ranges of the scores, in order.</param>
/// <param name="IsLogarithmic">Whether each range is as many times as large as the one before, not as wide; scores of 0 are then in the first.</param>
/// <param name="Threshold">The smallest score kept; <see langword="null"/> where each layer has its own.</param>
/// <param name="RemovedBefore">Weights that earlier steps had removed.</param>
public sealed record ScoreDistribution(IReadOnlyList<ScoreRange> Ranges, bool IsLogarithmic, double? Threshold, long RemovedBefore);
