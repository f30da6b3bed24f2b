using Seven.Weights;

namespace Seven.Pruning;

/// <summary>What is selected of one array: single weights, or the units of a pattern.</summary>
internal abstract class ScoredUnits
{
    public abstract PruningMask Mask { get; }

    /// <summary>A score for each unit.</summary>
    public abstract float[] Scores { get; }

    /// <summary>Called for each unit that is removed.</summary>
    public abstract void Remove(int unit);
}

/// <summary>A part of one array's units, whole words of its mask long.</summary>
internal readonly record struct SelectionPart(ScoredUnits Units, int Start, int Length)
{
    private const int LargestLength = 1 << 14;

    public ReadOnlySpan<float> Scores => Units.Scores.AsSpan(Start, Length);

    public Span<ulong> MaskWords => Units.Mask.Words.Slice(Start / PruningMask.BitsPerWord, (Length + PruningMask.BitsPerWord - 1) / PruningMask.BitsPerWord);

    /// <summary>Number of its units that are kept.</summary>
    public long Kept => PruningMask.CountKept(MaskWords);

    public static SelectionPart[] Of(IEnumerable<ScoredUnits> arrays) =>
    [
        .. from array in arrays
           from index in Enumerable.Range(0, (array.Mask.Count + LargestLength - 1) / LargestLength)
           let start = index * LargestLength
           select new SelectionPart(array, start, Math.Min(LargestLength, array.Mask.Count - start)),
    ];
}
