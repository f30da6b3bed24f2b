using System.Numerics;
using Seven.Numerics;

namespace Seven.Pruning;

/// <summary>Keeps exactly the given number of weights, those with the largest scores; of equal ones those that come first.</summary>
internal static class MaskSelection
{
    /// <param name="chunks">The weights to choose from.</param>
    /// <param name="kept">How many stay.</param>
    /// <param name="removed">Told of the scores of those that go.</param>
    /// <param name="workers">The threads.</param>
    public static void Keep(IReadOnlyList<Chunk> chunks, long kept, ScoreCounts removed, Workers workers)
    {
        if (kept <= 0)
        {
            Remove(chunks, float.PositiveInfinity, removed, workers);
            return;
        }

        if (kept >= chunks.Sum(chunk => chunk.Kept))
            return;
        var (threshold, surplus) = ThresholdSearch.Find(chunks, kept, workers);
        Remove(chunks, threshold, removed, workers);
        RemoveLastTies(chunks, threshold, surplus, removed);
    }

    private static void Remove(IReadOnlyList<Chunk> chunks, float threshold, ScoreCounts removed, Workers workers) =>
        workers.For(chunks.Count, grain: 1, (start, end) =>
        {
            var part = new ScoreCounts();
            for (int i = start; i < end; i++)
                Remove(chunks[i], threshold, part);
            lock (removed)
                removed.Add(part);
        });

    private static void Remove(Chunk chunk, float threshold, ScoreCounts removed)
    {
        var scores = chunk.Scores;
        var words = chunk.MaskWords;
        for (int w = 0; w < words.Length; w++)
        {
            if (words[w] == 0)
                continue;
            int start = w * PruningMask.BitsPerWord;
            ulong large = ScoreBits.AtLeast(scores[start..Math.Min(scores.Length, start + PruningMask.BitsPerWord)], threshold);
            ulong small = words[w] & ~large;
            words[w] &= large;
            for (; small != 0; small &= small - 1)
                Clear(chunk, start + BitOperations.TrailingZeroCount(small), removed);
        }
    }

    /// <summary>The weight goes at once; its score is left to be read until the next step takes it to zero.</summary>
    private static void Clear(Chunk chunk, int index, ScoreCounts removed)
    {
        chunk.Layer.Weight.Values[chunk.Start + index] = 0;
        removed.Add(chunk.Scores[index]);
    }

    /// <summary>Of the weights at the threshold too many were kept; the last ones go.</summary>
    private static void RemoveLastTies(IReadOnlyList<Chunk> chunks, float threshold, long surplus, ScoreCounts removed)
    {
        for (int i = chunks.Count - 1; i >= 0 && surplus > 0; i--)
        {
            var words = chunks[i].MaskWords;
            for (int w = words.Length - 1; w >= 0 && surplus > 0; w--)
            {
                if (words[w] == 0)
                    continue;
                int start = w * PruningMask.BitsPerWord;
                var scores = chunks[i].Scores[start..Math.Min(chunks[i].Length, start + PruningMask.BitsPerWord)];
                ulong ties = words[w] & ScoreBits.AtLeast(scores, threshold) & ~ScoreBits.Above(scores, threshold);
                for (; ties != 0 && surplus > 0; surplus--)
                {
                    int last = PruningMask.BitsPerWord - 1 - BitOperations.LeadingZeroCount(ties);
                    ties &= ~(1ul << last);
                    words[w] &= ~(1ul << last);
                    Clear(chunks[i], start + last, removed);
                }
            }
        }
    }
}
