using System.Numerics;
using System.Numerics.Tensors;
using Seven.Reports;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>Counts scores for the report: of weights when they are removed, and in the end of those that are kept.</summary>
/// <remarks>Eight ranges to each power of two: cheap to count, and merged for people to look at.</remarks>
internal sealed class ScoreCounts
{
    private const int DroppedBits = 20;
    private const int Bins = 1 << (32 - DroppedBits);

    /// <summary>Scores so much smaller than the largest one count as zero.</summary>
    private const float Span = 1 << 20;

    /// <summary>Ranges shown on either side of zero.</summary>
    private const int MostRanges = 48;

    private readonly long[] _counts = new long[Bins];

    public void Add(float score) => _counts[BinOf(score)]++;

    public void Add(ScoreCounts other)
    {
        for (int i = 0; i < Bins; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>The distribution of these removed scores and of those that are kept now.</summary>
    /// <param name="parts">All weights.</param>
    /// <param name="hasOneThreshold">Whether all layers were chosen from together.</param>
    public ScoreDistribution Distribution(IReadOnlyList<SelectionPart> parts, bool hasOneThreshold)
    {
        var kept = new ScoreCounts();
        float threshold = float.PositiveInfinity;
        foreach (var part in parts)
        {
            var words = part.MaskWords;
            for (int word = 0; word < words.Length; word++)
                for (ulong bits = words[word]; bits != 0; bits &= bits - 1)
                {
                    float score = part.Scores[word * PruningMask.BitsPerWord + BitOperations.TrailingZeroCount(bits)];
                    kept.Add(score);
                    threshold = Math.Min(threshold, score);
                }
        }

        return new ScoreDistribution(Merge(kept), hasOneThreshold && float.IsFinite(threshold) ? threshold : null);
    }

    /// <summary>Neighboring bins as ranges, with all that is close to zero as one.</summary>
    private List<ScoreRange> Merge(ScoreCounts kept)
    {
        int first = Array.FindIndex(_counts.Zip(kept._counts, Math.Max).ToArray(), count => count > 0);
        int last = Array.FindLastIndex(_counts.Zip(kept._counts, Math.Max).ToArray(), count => count > 0);
        if (first < 0)
            return [];
        float tiny = Math.Max(Math.Abs(EdgeOf(first)), Math.Abs(EdgeOf(last + 1))) / Span;
        int zeroStart = Math.Max(first, BinOf(-tiny)), zeroEnd = Math.Min(last, BinOf(tiny)) + 1;
        var ranges = new List<ScoreRange>();
        Append(first, zeroStart, (zeroStart - first + MostRanges - 1) / MostRanges);
        Append(Math.Max(first, zeroStart), zeroEnd, Bins);
        Append(Math.Max(first, zeroEnd), last + 1, (last + MostRanges - zeroEnd) / MostRanges);
        return ranges;

        void Append(int start, int end, int width)
        {
            for (int bin = start; bin < end; bin += Math.Max(1, width))
            {
                int stop = Math.Min(end, bin + Math.Max(1, width));
                ranges.Add(new ScoreRange(EdgeOf(bin), EdgeOf(stop), TensorPrimitives.Sum<long>(kept._counts.AsSpan(bin..stop)), TensorPrimitives.Sum<long>(_counts.AsSpan(bin..stop))));
            }
        }
    }

    private static int BinOf(float score) => (int)(ScoreHistogram.KeyOf(score) >> DroppedBits);

    private static float EdgeOf(int bin) => bin >= Bins ? float.PositiveInfinity : ScoreHistogram.ScoreOf((uint)bin << DroppedBits);
}
