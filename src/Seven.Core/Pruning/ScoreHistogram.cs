using System.Numerics;

namespace Seven.Pruning;

/// <summary>Counts the scores of kept weights by 16 bits of their order-preserving integer form.</summary>
internal sealed class ScoreHistogram
{
    private const int Buckets = 1 << 16;
    private const uint PositiveInfinity = 0xFF80;
    private const uint NegativeInfinity = 0x007F;

    private readonly long[] _counts = new long[Buckets];

    /// <summary>An integer that orders as the float does, with -0 and +0 the same.</summary>
    public static uint KeyOf(float score)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
    }

    public static float ScoreOf(uint key) =>
        BitConverter.UInt32BitsToSingle((key & 0x80000000) != 0 ? key & 0x7FFFFFFF : ~key);

    /// <summary>Counts by the upper 16 bits of the key.</summary>
    public void CountUpper(Chunk chunk)
    {
        var scores = chunk.Scores;
        var words = chunk.MaskWords;
        for (int w = 0; w < words.Length; w++)
        {
            int start = w * PruningMask.BitsPerWord;
            if (words[w] == ulong.MaxValue)
            {
                foreach (float score in scores.Slice(start, PruningMask.BitsPerWord))
                    _counts[KeyOf(score) >> 16]++;
                continue;
            }

            for (ulong kept = words[w]; kept != 0; kept &= kept - 1)
                _counts[KeyOf(scores[start + BitOperations.TrailingZeroCount(kept)]) >> 16]++;
        }
    }

    /// <summary>Counts by the lower 16 bits, of those keys whose upper ones are given.</summary>
    public void CountLower(Chunk chunk, uint upper)
    {
        var scores = chunk.Scores;
        var words = chunk.MaskWords;
        for (int w = 0; w < words.Length; w++)
            for (ulong kept = words[w]; kept != 0; kept &= kept - 1)
            {
                uint key = KeyOf(scores[w * PruningMask.BitsPerWord + BitOperations.TrailingZeroCount(kept)]);
                if (key >> 16 == upper)
                    _counts[key & 0xFFFF]++;
            }
    }

    public void Add(ScoreHistogram other)
    {
        for (int i = 0; i < Buckets; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>Whether a score counted by its upper bits is NaN or infinite.</summary>
    public bool HasNonFinite()
    {
        for (uint i = PositiveInfinity; i < Buckets; i++)
            if (_counts[i] != 0)
                return true;
        for (uint i = 0; i <= NegativeInfinity; i++)
            if (_counts[i] != 0)
                return true;
        return false;
    }

    /// <summary>The bucket that holds the score of the given rank from above, from 1, and the rank within it.</summary>
    public (uint Bucket, long RankInBucket) Find(long rank)
    {
        uint bucket = Buckets - 1;
        while (rank > _counts[bucket])
            rank -= _counts[bucket--];
        return (bucket, rank);
    }

    public long this[uint bucket] => _counts[bucket];
}
