using System.Numerics;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>Keeps exactly the given number of units, those with the largest scores; of equal ones those that come first.</summary>
internal static class MaskSelection
{
    /// <summary>The same, with no array sparser than a limit: where an array's best units are fewer than it must keep, it keeps as many, and the others share what is left.</summary>
    /// <param name="parts">The weights to choose from.</param>
    /// <param name="kept">How many stay.</param>
    /// <param name="largestSparsity">The limit of each array, no less than the sparsity of all; 1 for none.</param>
    /// <param name="removed">Counts the scores of those that are removed; <see langword="null"/> where the mask alone is wanted.</param>
    /// <param name="workers">The threads.</param>
    public static void Keep(IReadOnlyList<SelectionPart> parts, long kept, double largestSparsity, ScoreCounts? removed, Workers workers)
    {
        var free = parts.ToList();
        while (largestSparsity < 1 && kept > 0 && kept < free.Sum(part => part.Kept))
        {
            var scarce = Chosen(free, kept, workers).Where(array => array.Value < LeastOf(array.Key, largestSparsity)).ToList();
            if (scarce.Count == 0)
                break;
            foreach (var (array, _) in scarce)
            {
                SelectionPart[] own = [.. free.Where(part => part.Units == array)];
                // Rounded up array by array, the least numbers may be more than all together.
                long least = Math.Min(kept, Math.Min(LeastOf(array, largestSparsity), own.Sum(part => part.Kept)));
                Keep(own, least, removed, workers);
                kept -= least;
                free.RemoveAll(part => part.Units == array);
            }
        }

        Keep(free, kept, removed, workers);
    }

    /// <summary>The least number of units that are kept of an array.</summary>
    public static long LeastOf(long units, double largestSparsity) => units - (long)Math.Floor(largestSparsity * units);

    private static long LeastOf(ScoredUnits array, double largestSparsity) => LeastOf(array.Mask.Count, largestSparsity);

    /// <summary>Returns the number of units of each array that a threshold keeps.</summary>
    private static Dictionary<ScoredUnits, long> Chosen(List<SelectionPart> parts, long kept, Workers workers)
    {
        var (threshold, surplus) = ThresholdSearch.Find(parts, kept, workers);
        var chosen = new Dictionary<ScoredUnits, long>();
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            var (reached, above) = Count(parts[i], threshold);
            // Of the weights at the threshold the last ones go.
            long ties = Math.Min(surplus, reached - above);
            surplus -= ties;
            chosen[parts[i].Units] = chosen.GetValueOrDefault(parts[i].Units) + reached - ties;
        }

        return chosen;
    }

    /// <summary>Counts the kept units with larger scores.</summary>
    public static long CountAbove(IEnumerable<SelectionPart> parts, float threshold) => parts.Sum(part => Count(part, threshold).Above);

    /// <summary>Kept units with scores of at least the threshold, and with larger ones.</summary>
    private static (long Reached, long Above) Count(SelectionPart part, float threshold)
    {
        var (reached, above) = (0L, 0L);
        var words = part.MaskWords;
        for (int w = 0; w < words.Length; w++)
        {
            if (words[w] == 0)
                continue;
            int start = w * PruningMask.BitsPerWord;
            var scores = part.Scores[start..Math.Min(part.Length, start + PruningMask.BitsPerWord)];
            reached += BitOperations.PopCount(words[w] & ScoreBits.AtLeast(scores, threshold));
            above += BitOperations.PopCount(words[w] & ScoreBits.Above(scores, threshold));
        }

        return (reached, above);
    }

    /// <param name="parts">The weights to choose from.</param>
    /// <param name="kept">How many stay.</param>
    /// <param name="removed">Counts the scores of those that are removed; <see langword="null"/> where the mask alone is wanted.</param>
    /// <param name="workers">The threads.</param>
    public static void Keep(IReadOnlyList<SelectionPart> parts, long kept, ScoreCounts? removed, Workers workers)
    {
        if (kept <= 0)
        {
            Remove(parts, float.PositiveInfinity, removed, workers);
            return;
        }

        if (kept >= parts.Sum(part => part.Kept))
            return;
        var (threshold, surplus) = ThresholdSearch.Find(parts, kept, workers);
        Remove(parts, threshold, removed, workers);
        RemoveLastTies(parts, threshold, surplus, removed);
    }

    private static void Remove(IReadOnlyList<SelectionPart> parts, float threshold, ScoreCounts? removed, Workers workers) =>
        workers.For(parts.Count, grain: 1, (start, end) =>
        {
            var counts = removed is null ? null : new ScoreCounts();
            for (int i = start; i < end; i++)
                Remove(parts[i], threshold, counts);
            if (removed is null)
                return;
            lock (removed)
                removed.Add(counts!);
        });

    private static void Remove(SelectionPart part, float threshold, ScoreCounts? removed)
    {
        var scores = part.Scores;
        var words = part.MaskWords;
        for (int w = 0; w < words.Length; w++)
        {
            if (words[w] == 0)
                continue;
            int start = w * PruningMask.BitsPerWord;
            ulong large = ScoreBits.AtLeast(scores[start..Math.Min(scores.Length, start + PruningMask.BitsPerWord)], threshold);
            ulong small = words[w] & ~large;
            words[w] &= large;
            for (; removed is not null && small != 0; small &= small - 1)
                Clear(part, start + BitOperations.TrailingZeroCount(small), removed);
        }
    }

    /// <summary>The weight goes at once; its score is left to be read until the next step takes it to zero.</summary>
    private static void Clear(SelectionPart part, int index, ScoreCounts? removed)
    {
        part.Units.Remove(part.Start + index);
        removed?.Add(part.Scores[index]);
    }

    /// <summary>Of the weights at the threshold too many were kept; the last ones go.</summary>
    private static void RemoveLastTies(IReadOnlyList<SelectionPart> parts, float threshold, long surplus, ScoreCounts? removed)
    {
        for (int i = parts.Count - 1; i >= 0 && surplus > 0; i--)
        {
            var words = parts[i].MaskWords;
            for (int w = words.Length - 1; w >= 0 && surplus > 0; w--)
            {
                if (words[w] == 0)
                    continue;
                int start = w * PruningMask.BitsPerWord;
                var scores = parts[i].Scores[start..Math.Min(parts[i].Length, start + PruningMask.BitsPerWord)];
                ulong ties = words[w] & ScoreBits.AtLeast(scores, threshold) & ~ScoreBits.Above(scores, threshold);
                for (; ties != 0 && surplus > 0; surplus--)
                {
                    int last = PruningMask.BitsPerWord - 1 - BitOperations.LeadingZeroCount(ties);
                    ties &= ~(1ul << last);
                    words[w] &= ~(1ul << last);
                    Clear(parts[i], start + last, removed);
                }
            }
        }
    }
}
