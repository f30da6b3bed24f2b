using System.Runtime.Intrinsics;

namespace Seven.Numerics.Sparse;

/// <summary>Rows of a matrix, one bit a weight, row by row without gaps: set where the weight is kept.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Words">The bits, the first weight's lowest.</param>
internal readonly record struct KeptBits(int Rows, ReadOnlyMemory<ulong> Words)
{
    private const int BitsPerWord = 64;

    /// <summary>The weights that are not zero.</summary>
    /// <param name="dense">[rows × columns], without gaps.</param>
    public static KeptBits Of(Matrix dense)
    {
        var values = dense.Values;
        var words = new ulong[(values.Length + BitsPerWord - 1) / BitsPerWord];
        for (int word = 0; word < words.Length; word++)
            words[word] = NonZero(values[(word * BitsPerWord)..Math.Min(values.Length, (word + 1) * BitsPerWord)]);
        return new KeptBits(dense.Rows, words);
    }

    /// <summary>The bits of up to 64 weights.</summary>
    public ulong At(int first, int count)
    {
        var words = Words.Span;
        var (word, shift) = (first / BitsPerWord, first % BitsPerWord);
        ulong bits = words[word] >> shift;
        if (shift != 0 && word + 1 < words.Length)
            bits |= words[word + 1] << (BitsPerWord - shift);
        return count == BitsPerWord ? bits : bits & ((1ul << count) - 1);
    }

    private static ulong NonZero(ReadOnlySpan<float> values)
    {
        ulong zeros = 0;
        int i = 0;
        for (; i + Vector256<float>.Count <= values.Length; i += Vector256<float>.Count)
            zeros |= (ulong)Vector256.Equals(Vector256.Create(values[i..]), Vector256<float>.Zero).ExtractMostSignificantBits() << i;
        for (; i < values.Length; i++)
            zeros |= (values[i] == 0 ? 1ul : 0) << i;
        return values.Length == BitsPerWord ? ~zeros : ~zeros & ((1ul << values.Length) - 1);
    }
}
