using System.Numerics;

namespace Seven.Pruning;

/// <summary>Counts the scores of a selection, before and after it.</summary>
internal sealed class ScoreCounts
{
    private const int Ranges = 48;

    /// <summary>Smaller scores than the largest one divided by this share the first range.</summary>
    private const double Span = 1e9;

    private readonly double _first;
    private readonly double _last;
    private readonly bool _isLogarithmic;
    private readonly long[] _alive;

    private ScoreCounts(double first, double last, bool isLogarithmic)
    {
        (_first, _last, _isLogarithmic) = (first, last, isLogarithmic);
        _alive = new long[Ranges];
    }

    /// <summary>The scores of all weights that are kept before the selection.</summary>
    public static ScoreCounts Before(IReadOnlyList<Chunk> chunks)
    {
        double smallest = double.PositiveInfinity, smallestPositive = double.PositiveInfinity, largest = double.NegativeInfinity;
        ForEachKept(chunks, score =>
        {
            smallest = Math.Min(smallest, score);
            largest = Math.Max(largest, score);
            smallestPositive = score > 0 ? Math.Min(smallestPositive, score) : smallestPositive;
        });

        bool isLogarithmic = smallest >= 0 && largest > 0;
        var counts = isLogarithmic
            ? new ScoreCounts(Math.Log(Math.Max(smallestPositive, largest / Span)), Math.Log(largest), isLogarithmic)
            : new ScoreCounts(double.IsFinite(smallest) ? smallest : 0, double.IsFinite(largest) ? largest : 0, isLogarithmic);
        ForEachKept(chunks, score => counts._alive[counts.RangeOf(score)]++);
        return counts;
    }

    /// <summary>What the selection made of them.</summary>
    /// <param name="chunks">The chunks after the selection, their scores as before.</param>
    /// <param name="hasOneThreshold">Whether all layers were chosen from together.</param>
    public ScoreDistribution After(IReadOnlyList<Chunk> chunks, bool hasOneThreshold)
    {
        var kept = new long[Ranges];
        double threshold = double.PositiveInfinity;
        ForEachKept(chunks, score =>
        {
            kept[RangeOf(score)]++;
            threshold = Math.Min(threshold, score);
        });
        return new ScoreDistribution(
            [.. kept.Select((count, range) => new ScoreRange(EdgeOf(range), EdgeOf(range + 1), count, _alive[range] - count))], _isLogarithmic,
            hasOneThreshold && double.IsFinite(threshold) ? threshold : null, chunks.Sum(chunk => (long)chunk.Length) - _alive.Sum());
    }

    private static void ForEachKept(IReadOnlyList<Chunk> chunks, Action<float> action)
    {
        foreach (var chunk in chunks)
        {
            var words = chunk.MaskWords;
            for (int word = 0; word < words.Length; word++)
                for (ulong kept = words[word]; kept != 0; kept &= kept - 1)
                    action(chunk.Scores[word * PruningMask.BitsPerWord + BitOperations.TrailingZeroCount(kept)]);
        }
    }

    private int RangeOf(double score)
    {
        double place = _isLogarithmic ? Math.Log(Math.Max(score, double.Epsilon)) : score;
        return _last <= _first ? 0 : (int)Math.Clamp((place - _first) / (_last - _first) * Ranges, 0, Ranges - 1);
    }

    private double EdgeOf(int range)
    {
        double place = _first + (_last - _first) * range / Ranges;
        return _isLogarithmic ? Math.Exp(place) : place;
    }
}
