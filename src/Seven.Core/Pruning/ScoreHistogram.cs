using System.Buffers;

namespace Seven.Pruning;

/// <summary>Counts scores by 16 bits of their order-preserving integer form.</summary>
internal sealed class ScoreHistogram : IDisposable
{
    public const int UpperHalf = 16;
    public const int LowerHalf = 0;
    private const int Buckets = 1 << 16;

    private readonly int[] _counts = ArrayPool<int>.Shared.Rent(Buckets);
    private readonly int _half;

    /// <param name="half">Which 16 bits: <see cref="UpperHalf"/> or <see cref="LowerHalf"/>.</param>
    public ScoreHistogram(int half)
    {
        _half = half;
        _counts.AsSpan(0, Buckets).Clear();
    }

    /// <summary>Scores counted.</summary>
    public long Inside { get; private set; }

    /// <summary>Scores above all that are counted.</summary>
    public long Above { get; set; }

    public int this[uint bucket] => _counts[bucket];

    public static float ScoreOf(uint key) =>
        BitConverter.UInt32BitsToSingle((key & 0x80000000) != 0 ? key & 0x7FFFFFFF : ~key);

    /// <summary>The first and last score of a bucket of upper halves.</summary>
    public static (float First, float Last) RangeOf(uint bucket) => (ScoreOf(bucket << 16), ScoreOf((bucket << 16) | 0xFFFF));

    public void Dispose() => ArrayPool<int>.Shared.Return(_counts);

    public void Add(float score)
    {
        _counts[(KeyOf(score) >> _half) & 0xFFFF]++;
        Inside++;
    }

    public void Add(ScoreHistogram other)
    {
        for (int i = 0; i < Buckets; i++)
            _counts[i] += other._counts[i];
        Inside += other.Inside;
        Above += other.Above;
    }

    /// <summary>The bucket that holds the score of the given rank from above, from 1, and the rank within it.</summary>
    public (uint Bucket, long RankInBucket) Find(long rank)
    {
        uint bucket = Buckets - 1;
        while (rank > _counts[bucket])
            rank -= _counts[bucket--];
        return (bucket, rank);
    }

    /// <summary>An integer that orders as the float does, with -0 and +0 the same.</summary>
    public static uint KeyOf(float score)
    {
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
    }
}
