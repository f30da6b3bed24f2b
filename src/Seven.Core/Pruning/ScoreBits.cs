using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>Comparisons of up to 64 scores at once, one bit a score.</summary>
internal static class ScoreBits
{
    /// <summary>score ≥ threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AtLeast(ReadOnlySpan<float> scores, float threshold)
    {
        if (Vector512.IsHardwareAccelerated && scores.Length == PruningMask.BitsPerWord)
        {
            var wide = Vector512.Create(threshold);
            return Vector512.GreaterThanOrEqual(Vector512.Create(scores), wide).ExtractMostSignificantBits()
                | Vector512.GreaterThanOrEqual(Vector512.Create(scores[16..]), wide).ExtractMostSignificantBits() << 16
                | Vector512.GreaterThanOrEqual(Vector512.Create(scores[32..]), wide).ExtractMostSignificantBits() << 32
                | Vector512.GreaterThanOrEqual(Vector512.Create(scores[48..]), wide).ExtractMostSignificantBits() << 48;
        }

        return AtLeastByEights(scores, threshold);
    }

    /// <summary>score &gt; threshold: the next float up is as large or smaller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Above(ReadOnlySpan<float> scores, float threshold) => AtLeast(scores, MathF.BitIncrement(threshold));

    private static ulong AtLeastByEights(ReadOnlySpan<float> scores, float threshold)
    {
        ulong bits = 0;
        int i = 0;
        for (; i + Vector256<float>.Count <= scores.Length; i += Vector256<float>.Count)
            bits |= (ulong)Vector256.GreaterThanOrEqual(Vector256.Create(scores[i..]), Vector256.Create(threshold)).ExtractMostSignificantBits() << i;
        for (; i < scores.Length; i++)
            bits |= (scores[i] >= threshold ? 1ul : 0) << i;
        return bits;
    }
}
