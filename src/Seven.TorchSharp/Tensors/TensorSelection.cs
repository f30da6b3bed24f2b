using TorchSharp;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>Keeps exactly the given number of weights, those with the largest scores; of equal ones those that come first. Nothing but counts leaves the device.</summary>
internal static class TensorSelection
{
    /// <param name="scores">[weights], finite.</param>
    /// <param name="mask">[weights], true where kept; brought up to date.</param>
    /// <param name="kept">How many to keep.</param>
    public static void Keep(Tensor scores, Tensor mask, long kept)
    {
        if (kept >= Count(mask))
            return;
        if (kept <= 0)
        {
            mask.zero_();
            return;
        }

        float threshold = Threshold(scores, mask, kept);
        using var above = scores.gt(threshold).logical_and_(mask);
        using var ties = scores.eq(threshold).logical_and_(mask);
        using var rank = ties.cumsum(0, ScalarType.Int32);
        ties.logical_and_(rank.le(kept - Count(above)));
        mask.copy_(above.logical_or_(ties));
    }

    /// <summary>The k-th largest score, by halving the range of all floats in their order: 32 passes over the scores.</summary>
    private static float Threshold(Tensor scores, Tensor mask, long kept)
    {
        long low = KeyOf(float.MinValue);
        long high = KeyOf(float.MaxValue);
        while (low < high)
        {
            long middle = low + (high - low + 1) / 2;
            using var reached = scores.ge(ScoreOf(middle)).logical_and_(mask);
            if (Count(reached) >= kept)
                low = middle;
            else
                high = middle - 1;
        }

        return ScoreOf(low);
    }

    private static long Count(Tensor mask)
    {
        using var count = mask.sum();
        return count.ToInt64();
    }

    /// <summary>A whole number for each float, in the order of the floats.</summary>
    private static long KeyOf(float score)
    {
        int bits = BitConverter.SingleToInt32Bits(score);
        return bits < 0 ? -(long)(bits & int.MaxValue) : bits;
    }

    private static float ScoreOf(long key) =>
        key < 0 ? -BitConverter.Int32BitsToSingle((int)-key) : BitConverter.Int32BitsToSingle((int)key);
}
