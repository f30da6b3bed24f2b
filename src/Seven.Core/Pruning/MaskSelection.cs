using System.Numerics;
using System.Runtime.Intrinsics;
using Seven.Numerics;

namespace Seven.Pruning;

/// <summary>Keeps exactly the given number of weights, those with the largest scores; of equal ones those that come first.</summary>
/// <remarks>A radix selection on the scores' bits finds the threshold in two linear passes without a copy; a third
/// pass clears mask bits and weights below it.</remarks>
internal static class MaskSelection
{
    /// <exception cref="InvalidOperationException">A score is NaN or infinite.</exception>
    public static void Keep(IReadOnlyList<Chunk> chunks, long kept, Workers workers)
    {
        if (kept <= 0)
        {
            Remove(chunks, float.PositiveInfinity, workers);
            return;
        }

        var upper = Count(chunks, static (histogram, chunk, _) => histogram.CountUpper(chunk), 0, workers);
        if (upper.HasNonFinite())
            throw new InvalidOperationException("A score is NaN or infinite; expected finite weights and gradients.");
        var (high, rank) = upper.Find(kept);
        var lower = Count(chunks, static (histogram, chunk, bucket) => histogram.CountLower(chunk, bucket), high, workers);
        var (low, rankAmongTies) = lower.Find(rank);

        float threshold = ScoreHistogram.ScoreOf((high << 16) | low);
        Remove(chunks, threshold, workers);
        RemoveLastTies(chunks, threshold, lower[low] - rankAmongTies);
    }

    private static ScoreHistogram Count(IReadOnlyList<Chunk> chunks, Action<ScoreHistogram, Chunk, uint> count, uint bucket, Workers workers)
    {
        var total = new ScoreHistogram();
        workers.For(chunks.Count, grain: 1, (start, end) =>
        {
            var part = new ScoreHistogram();
            for (int i = start; i < end; i++)
                count(part, chunks[i], bucket);
            lock (total)
                total.Add(part);
        });
        return total;
    }

    private static void Remove(IReadOnlyList<Chunk> chunks, float threshold, Workers workers) =>
        workers.For(chunks.Count, grain: 1, (start, end) =>
        {
            for (int i = start; i < end; i++)
                Remove(chunks[i], threshold);
        });

    private static void Remove(Chunk chunk, float threshold)
    {
        var scores = chunk.Scores;
        var words = chunk.MaskWords;
        for (int w = 0; w < words.Length; w++)
        {
            if (words[w] == 0)
                continue;
            int start = w * PruningMask.BitsPerWord;
            ulong large = AtLeast(scores[start..Math.Min(scores.Length, start + PruningMask.BitsPerWord)], threshold);
            ulong removed = words[w] & ~large;
            words[w] &= large;
            for (; removed != 0; removed &= removed - 1)
                Clear(chunk, start + BitOperations.TrailingZeroCount(removed));
        }
    }

    private static ulong AtLeast(ReadOnlySpan<float> scores, float threshold)
    {
        ulong bits = 0;
        int i = 0;
        for (; i + Vector256<float>.Count <= scores.Length; i += Vector256<float>.Count)
            bits |= (ulong)Vector256.GreaterThanOrEqual(Vector256.Create(scores[i..]), Vector256.Create(threshold)).ExtractMostSignificantBits() << i;
        for (; i < scores.Length; i++)
            bits |= (scores[i] >= threshold ? 1ul : 0) << i;
        return bits;
    }

    /// <summary>The weight goes at once; its score is left to be read until the next step takes it to zero.</summary>
    private static void Clear(Chunk chunk, int index) => chunk.Layer.Weight.Values[chunk.Start + index] = 0;

    /// <summary>Of the weights at the threshold too many were kept; the last ones go.</summary>
    private static void RemoveLastTies(IReadOnlyList<Chunk> chunks, float threshold, long surplus)
    {
        for (int i = chunks.Count - 1; i >= 0 && surplus > 0; i--)
            for (int index = chunks[i].Length - 1; index >= 0 && surplus > 0; index--)
            {
                ref ulong word = ref chunks[i].MaskWords[index / PruningMask.BitsPerWord];
                ulong bit = 1ul << (index % PruningMask.BitsPerWord);
                if ((word & bit) == 0 || chunks[i].Scores[index] != threshold)
                    continue;
                word &= ~bit;
                Clear(chunks[i], index);
                surplus--;
            }
    }
}
