using TorchSharp;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>Keeps exactly the given number of weights, those with the largest scores; of equal ones those that come first. Nothing but counts and a few single scores leaves the device.</summary>
internal static class TensorSelection
{
    /// <summary>Scores that are sorted at once, to find the one sought among them or to divide the others by.</summary>
    private const long Sample = 1 << 18;

    /// <param name="scores">[weights], finite.</param>
    /// <param name="mask">[weights], true where kept; brought up to date.</param>
    /// <param name="kept">How many to keep.</param>
    public static void Keep(Tensor scores, Tensor mask, long kept)
    {
        using var scope = NewDisposeScope();
        long present = Count(mask);
        if (kept >= present)
            return;
        if (kept <= 0)
        {
            mask.zero_();
            return;
        }

        float threshold = Threshold(scores, mask, present, kept);
        var ties = scores.eq(threshold).logical_and_(mask);
        mask.logical_and_(scores.gt(threshold));
        long ofTies = kept - Count(mask);
        if (ofTies < Count(ties))
            ties.logical_and_(ties.cumsum(0, ScalarType.Int32).le(ofTies));
        mask.logical_or_(ties);
    }

    /// <summary>The score of a rank, from 1 for the largest. A sorted sample gives two scores that it lies between; then it is sought among the few between them.</summary>
    private static float Threshold(Tensor scores, Tensor mask, long present, long rank)
    {
        while (present > Sample)
        {
            var (high, low) = Around(scores, mask, rank / (double)present);
            var above = scores.gt(high).logical_and_(mask);
            var below = scores.lt(low).logical_and_(mask);
            long numberAbove = Count(above), numberBelow = Count(below);
            long between = present - numberAbove - numberBelow;
            Tensor chosen;
            if (rank <= numberAbove)
                (chosen, present) = (above, numberAbove);
            else if (rank > present - numberBelow)
                (chosen, rank, present) = (below, rank - (present - numberBelow), numberBelow);
            else if (low == high)
                return low;
            else if (between == present)
                break;
            else
                (chosen, rank, present) = (above.logical_or_(below).logical_not_().logical_and_(mask), rank - numberAbove, between);
            scores = scores.masked_select(chosen);
            mask = ones_like(scores, ScalarType.Bool);
        }

        var (sorted, _) = scores.masked_select(mask).sort(descending: true);
        return sorted[rank - 1].ToSingle();
    }

    /// <summary>Two scores of a sample, the first so much higher and the second so much lower than that share of all that the one sought is hardly ever outside.</summary>
    private static (float High, float Low) Around(Tensor scores, Tensor mask, double share)
    {
        // An odd step: the columns of a matrix take turns.
        var every = TensorIndex.Slice(step: scores.numel() / Sample | 1);
        var (sample, _) = scores[every].masked_select(mask[every]).sort(descending: true);
        long count = sample.numel();
        if (count == 0)
            return (float.MaxValue, float.MinValue);
        // Four times the square root is eight standard deviations.
        double margin = 4 * Math.Sqrt(count), place = share * count;
        long first = (long)(place - margin), last = (long)(place + margin);
        return (first < 0 ? float.MaxValue : sample[first].ToSingle(), last >= count ? float.MinValue : sample[last].ToSingle());
    }

    private static long Count(Tensor mask)
    {
        using var count = mask.sum();
        return count.ToInt64();
    }
}
