using System.Numerics;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>Finds the k-th largest score of the kept weights, exactly, in two passes at the speed of memory.</summary>
/// <remarks>A sample brackets the threshold. A pass counts the scores above the bracket, and those in it by the upper half of their
/// bits; a second pass counts the bucket so found by the lower half. Only the few scores in the bracket cost more than a comparison.
/// Should the bracket miss, it is widened to all scores. No score is copied.</remarks>
internal static class ThresholdSearch
{
    /// <summary>Most samples taken: a bracket of eight deviations of a sample's rank then holds under 2 % of the scores.</summary>
    private const int MostSamples = 1 << 16;

    private const int FewestSamples = 1 << 10;
    private const int WeightsPerSample = 64;

    /// <returns>The threshold, and how many of the scores equal to it are too many. All scores are finite.</returns>
    public static (float Threshold, long Surplus) Find(IReadOnlyList<SelectionPart> parts, long kept, Workers workers)
    {
        var (low, high) = Bracket(parts, kept);
        return Find(parts, kept, low, high, workers) ?? Find(parts, kept, float.MinValue, float.MaxValue, workers)!.Value;
    }

    /// <summary>The same, if the threshold is in [low, high].</summary>
    private static (float Threshold, long Surplus)? Find(IReadOnlyList<SelectionPart> parts, long kept, float low, float high, Workers workers)
    {
        using var upper = Count(parts, low, high, ScoreHistogram.UpperHalf, workers);
        if (kept <= upper.Above || kept > upper.Above + upper.Inside)
            return null;
        var (bucket, rank) = upper.Find(kept - upper.Above);
        var (first, last) = ScoreHistogram.RangeOf(bucket);
        using var lower = Count(parts, Math.Max(low, first), Math.Min(high, last), ScoreHistogram.LowerHalf, workers);
        var (end, rankAmongTies) = lower.Find(rank);
        return (ScoreHistogram.ScoreOf((bucket << 16) | end), lower[end] - rankAmongTies);
    }

    /// <summary>Two sampled scores between which the threshold lies, almost certainly.</summary>
    private static (float Low, float High) Bracket(IReadOnlyList<SelectionPart> parts, long kept)
    {
        long weights = parts.Sum(part => (long)part.Length);
        long samples = Math.Clamp(weights / WeightsPerSample, FewestSamples, MostSamples);
        long stride = Math.Max(1, weights / samples) | 1;
        var sample = new List<float>();
        long alive = 0;
        long next = 0;
        foreach (var part in parts)
        {
            alive += part.Kept;
            for (; next < part.Length; next += stride)
                if ((part.MaskWords[(int)next / PruningMask.BitsPerWord] >> ((int)next % PruningMask.BitsPerWord) & 1) != 0)
                    sample.Add(part.Scores[(int)next]);
            next -= part.Length;
        }

        if (alive == 0 || sample.Count == 0)
            return (float.MinValue, float.MaxValue);
        sample.Sort();
        double share = Math.Min(1, kept / (double)alive);
        double rank = (1 - share) * sample.Count;
        double margin = 4 * Math.Sqrt(sample.Count * share * (1 - share)) + 4;
        int low = (int)(rank - margin);
        int high = (int)(rank + margin);
        return (low < 0 ? float.MinValue : sample[low], high >= sample.Count ? float.MaxValue : sample[high]);
    }

    private static ScoreHistogram Count(IReadOnlyList<SelectionPart> parts, float low, float high, int half, Workers workers)
    {
        var total = new ScoreHistogram(half);
        workers.For(parts.Count, grain: 1, (start, end) =>
        {
            using var part = new ScoreHistogram(half);
            for (int i = start; i < end; i++)
                Count(parts[i], low, high, part);
            lock (total)
                total.Add(part);
        });
        return total;
    }

    private static void Count(SelectionPart part, float low, float high, ScoreHistogram histogram)
    {
        var scores = part.Scores;
        var words = part.MaskWords;
        float nextHigher = MathF.BitIncrement(high);
        for (int w = 0; w < words.Length; w++)
        {
            if (words[w] == 0)
                continue;
            int start = w * PruningMask.BitsPerWord;
            var some = scores[start..Math.Min(scores.Length, start + PruningMask.BitsPerWord)];
            ulong above = words[w] & ScoreBits.AtLeast(some, nextHigher);
            ulong inside = words[w] & ScoreBits.AtLeast(some, low) & ~above;
            histogram.Above += BitOperations.PopCount(above);
            for (; inside != 0; inside &= inside - 1)
                histogram.Add(some[BitOperations.TrailingZeroCount(inside)]);
        }
    }
}
