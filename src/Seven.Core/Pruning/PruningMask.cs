using System.Numerics;
using System.Runtime.InteropServices;

namespace Seven.Pruning;

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

    /// <summary>Number of weights, kept and pruned.</summary>
    public int Count { get; }

    /// <summary>Number of weights kept.</summary>
    public int Kept
    {
        get
        {
            int kept = 0;
            foreach (ulong word in _words)
                kept += BitOperations.PopCount(word);
            return kept;
        }
    }

    /// <summary>Whether a weight is kept.</summary>
    /// <param name="index">The weight's place in its array.</param>
    public bool this[int index] => index < Count && (_words[index / BitsPerWord] >> (index % BitsPerWord) & 1) != 0;

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
        for (int i = 0; i < values.Length; i += BitsPerWord)
        {
            ulong pruned = ~_words[(start + i) / BitsPerWord];
            if (pruned == 0)
                continue;
            for (int end = Math.Min(BitsPerWord, values.Length - i); pruned != 0; pruned &= pruned - 1)
            {
                int bit = BitOperations.TrailingZeroCount(pruned);
                if (bit >= end)
                    break;
                values[i + bit] = 0;
            }
        }
    }

    internal PruningMask Copy()
    {
        var copy = new PruningMask(Count);
        _words.CopyTo(copy._words, 0);
        return copy;
    }

    internal Span<ulong> Words => _words;

    internal ReadOnlyMemory<byte> ToBytes() => MemoryMarshal.AsBytes(_words.AsSpan()).ToArray();

    internal void FromBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(_words.AsSpan()));
        ClearPadding();
    }

    private void ClearPadding()
    {
        if (Count % BitsPerWord != 0)
            _words[^1] &= (1ul << (Count % BitsPerWord)) - 1;
    }
}
