using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Seven.Weights;

/// <summary>Which weights of an array are kept: one bit a weight.</summary>
public sealed class PruningMask
{
    internal const int BitsPerWord = 64;

    private readonly ulong[] _words;

    internal PruningMask(int count)
    {
        Count = count;
        _words = new ulong[(count + BitsPerWord - 1) / BitsPerWord];
        Array.Fill(_words, ulong.MaxValue);
        ClearPadding();
    }

    /// <summary>No weight is kept.</summary>
    internal static PruningMask None(int count)
    {
        var mask = new PruningMask(count);
        Array.Clear(mask._words);
        return mask;
    }

    /// <summary>The weights that are not zero.</summary>
    internal static PruningMask OfNonzero(ReadOnlySpan<float> values)
    {
        var mask = new PruningMask(values.Length);
        mask.ClearZeros(values);
        return mask;
    }

    /// <summary>Number of weights, kept and pruned.</summary>
    public int Count { get; }

    /// <summary>Number of weights kept.</summary>
    public int Kept => CountKept(_words);

    /// <summary>Whether a weight is kept.</summary>
    /// <param name="index">The weight's place in its array.</param>
    public bool this[int index]
    {
        get => index < Count && (_words[index / BitsPerWord] >> (index % BitsPerWord) & 1) != 0;
        internal set
        {
            ulong bit = 1ul << (index % BitsPerWord);
            _words[index / BitsPerWord] = value ? _words[index / BitsPerWord] | bit : _words[index / BitsPerWord] & ~bit;
        }
    }

    /// <summary>Whether every weight kept here is kept in the other mask too.</summary>
    /// <param name="other">A mask of the same length.</param>
    public bool IsSubsetOf(PruningMask other)
    {
        Require.SameLength(other.Count, Count, nameof(other));
        for (int i = 0; i < _words.Length; i++)
            if ((_words[i] & ~other._words[i]) != 0)
                return false;
        return true;
    }

    /// <summary>Sets what is pruned to zero.</summary>
    /// <param name="values">Values in the order of the weights: weights, gradients or an optimizer's moments.</param>
    public void Apply(Span<float> values)
    {
        Require.SameLength(values.Length, Count, nameof(values));
        Apply(values, 0);
    }

    /// <summary>The same for part of the array, from a start that is a multiple of 64.</summary>
    internal void Apply(Span<float> values, int start)
    {
        int i = 0;
        for (; i + BitsPerWord <= values.Length; i += BitsPerWord)
        {
            ulong word = _words[(start + i) / BitsPerWord];
            if (word != ulong.MaxValue)
                ClearPruned(values.Slice(i, BitsPerWord), word);
        }

        for (; i < values.Length; i++)
            if (!this[start + i])
                values[i] = 0;
    }

    /// <summary>Clears the values whose bits are clear. Memory is written only where something changes: most often all is zero already.</summary>
    private static void ClearPruned(Span<float> values, ulong word)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            ClearPrunedByEights(values, word);
            return;
        }

        var bits = Vector512.Create(1, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7, 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15);
        for (int i = 0; i < BitsPerWord; i += Vector512<float>.Count, word >>= Vector512<float>.Count)
        {
            var kept = Vector512.Equals(Vector512.Create((int)word) & bits, bits);
            var found = Vector512.Create<float>(values[i..]).AsInt32();
            if (Vector512.AndNot(found, kept) != Vector512<int>.Zero)
                (found & kept).AsSingle().CopyTo(values[i..]);
        }
    }

    private static void ClearPrunedByEights(Span<float> values, ulong word)
    {
        var bits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        for (int i = 0; i < BitsPerWord; i += Vector256<float>.Count, word >>= Vector256<float>.Count)
        {
            var kept = Vector256.Equals(Vector256.Create((int)word) & bits, bits);
            var found = Vector256.Create<float>(values[i..]).AsInt32();
            if (Vector256.AndNot(found, kept) != Vector256<int>.Zero)
                (found & kept).AsSingle().CopyTo(values[i..]);
        }
    }

    /// <summary>Counts values that are zero as pruned.</summary>
    internal void ClearZeros(ReadOnlySpan<float> values)
    {
        Require.SameLength(values.Length, Count, nameof(values));
        for (int word = 0; word < _words.Length; word++)
            _words[word] &= Nonzero(values[(word * BitsPerWord)..Math.Min(values.Length, (word + 1) * BitsPerWord)]);
    }

    internal static int CountKept(ReadOnlySpan<ulong> words)
    {
        int kept = 0;
        foreach (ulong word in words)
            kept += BitOperations.PopCount(word);
        return kept;
    }

    internal PruningMask Copy()
    {
        var copy = new PruningMask(Count);
        _words.CopyTo(copy._words, 0);
        return copy;
    }

    internal Span<ulong> Words => _words;

    /// <summary>The bits of up to 64 weights.</summary>
    internal ulong BitsAt(int first, int count)
    {
        var (word, shift) = (first / BitsPerWord, first % BitsPerWord);
        ulong bits = _words[word] >> shift;
        if (shift != 0 && word + 1 < _words.Length)
            bits |= _words[word + 1] << (BitsPerWord - shift);
        return count == BitsPerWord ? bits : bits & ((1ul << count) - 1);
    }

    internal ReadOnlyMemory<byte> ToBytes() => MemoryMarshal.AsBytes(_words.AsSpan()).ToArray();

    internal void FromBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(_words.AsSpan()));
        ClearPadding();
    }

    /// <summary>Whether at most two of every four neighbors are kept.</summary>
    internal bool KeepsTwoOfFour()
    {
        foreach (ulong word in _words)
        {
            ulong pairs = word - ((word >> 1) & 0x5555_5555_5555_5555);
            ulong fours = (pairs & 0x3333_3333_3333_3333) + ((pairs >> 2) & 0x3333_3333_3333_3333);
            // A count of three or four becomes eight or more.
            if (((fours + 0x5555_5555_5555_5555) & 0x8888_8888_8888_8888) != 0)
                return false;
        }

        return true;
    }

    private static ulong Nonzero(ReadOnlySpan<float> values)
    {
        ulong zeros = 0;
        int i = 0;
        for (; i + Vector256<float>.Count <= values.Length; i += Vector256<float>.Count)
            zeros |= (ulong)Vector256.Equals(Vector256.Create(values[i..]), Vector256<float>.Zero).ExtractMostSignificantBits() << i;
        for (; i < values.Length; i++)
            zeros |= (values[i] == 0 ? 1ul : 0) << i;
        return values.Length == BitsPerWord ? ~zeros : ~zeros & ((1ul << values.Length) - 1);
    }

    private void ClearPadding()
    {
        if (Count % BitsPerWord != 0)
            _words[^1] &= (1ul << (Count % BitsPerWord)) - 1;
    }
}
