using System.Numerics.Tensors;

namespace Seven.Weights.Int8;

/// <summary>A row of weights as whole multiples of one scale.</summary>
internal static class RowScale
{
    /// <summary>Usual sizes of a row's largest weight in files of 8 and 4 bits. That of -128 and -8 has no positive counterpart.</summary>
    private static readonly int[] s_usualInFiles = [127, 128, 7, 8];

    /// <summary>Sizes that it has where later weights made up for the rounding of others.</summary>
    private static readonly int[] s_otherInFiles = [.. Enumerable.Range(1, 126).Reverse().Except(s_usualInFiles)];

    /// <summary>With fewer weights, a row that was never rounded would often seem to be whole multiples of one of so many scales.</summary>
    public const int FewestForOtherSizes = 4;

    private const int LargestOfFourBits = 7;
    private const int ScalesTried = 24;

    /// <summary>By how much the smallest scale that is tried is less than the largest.</summary>
    private const float SmallestShare = 0.6f;

    /// <summary>How near a weight must be to a whole multiple of the scale to have been one.</summary>
    private const float Tolerance = 1e-3f;

    /// <summary>The scale of a row, with which no weight is larger than what is given: the scale of the file where the weights have one, else the smallest.</summary>
    /// <param name="weights">The row's weights, or those that are kept.</param>
    /// <param name="largest">The largest size: 127, or 63 where products saturate, or 7 for files of 4 bits.</param>
    public static float Of(ReadOnlySpan<float> weights, int largest) => InFile(weights, largest) ?? For(weights, importances: [], largest);

    /// <summary>The scale of which the weights of a row are whole multiples, as those are that were read from a file of 8 or 4 bits; <see langword="null"/> if there is none.</summary>
    /// <param name="weights">The row's weights, or those that are kept.</param>
    /// <param name="largest">The largest size.</param>
    public static float? InFile(ReadOnlySpan<float> weights, int largest)
    {
        float extreme = weights.IsEmpty ? 0 : TensorPrimitives.MaxMagnitude(weights), size = MathF.Abs(extreme);
        if (size == 0)
            return 1;
        return InFile(weights, largest, extreme, s_usualInFiles)
            ?? (MayHaveOtherSize(weights, size) ? InFile(weights, largest, extreme, s_otherInFiles) : null);
    }

    /// <summary>Whether it is worth while to try all sizes: most rows that were never rounded have a weight that is smaller than any scale.</summary>
    private static bool MayHaveOtherSize(ReadOnlySpan<float> weights, float size)
    {
        float smallestScale = size / s_usualInFiles[0];
        int count = 0;
        foreach (float weight in weights)
        {
            float magnitude = MathF.Abs(weight);
            if (magnitude > 0 && magnitude < smallestScale)
                return false;
            count += magnitude > 0 ? 1 : 0;
        }

        return count >= FewestForOtherSizes;
    }

    private static float? InFile(ReadOnlySpan<float> weights, int largest, float extreme, int[] sizes)
    {
        float size = MathF.Abs(extreme);
        foreach (int inFile in sizes)
        {
            bool fits = inFile <= largest || (inFile == largest + 1 && extreme < 0 && !weights.Contains(size));
            if (fits && AreMultiplesOf(weights, inFile / size))
                return size / inFile;
        }

        return null;
    }

    /// <summary>The scale by which a row's weights are best rounded.</summary>
    /// <param name="weights">The row's weights, or those that are kept.</param>
    /// <param name="importances">The weight of each one's squared error; empty if they are equal.</param>
    /// <param name="largest">The largest size.</param>
    public static float For(ReadOnlySpan<float> weights, ReadOnlySpan<float> importances, int largest)
    {
        float size = weights.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(weights));
        return size == 0 ? 1 : largest == LargestOfFourBits ? NearestOf(weights, importances, size / largest) : size / largest;
    }

    /// <summary>The nearest whole multiples of the scale that are not beyond the largest size.</summary>
    public static void Round(ReadOnlySpan<float> weights, float scale, int largest, Span<sbyte> rounded)
    {
        float inverse = 1 / scale;
        for (int i = 0; i < weights.Length; i++)
            rounded[i] = (sbyte)Math.Clamp(MathF.Round(weights[i] * inverse), -largest - 1, largest);
    }

    /// <summary>Of scales from the one at which nothing is cut off downward, that with the smallest sum of squared errors. With few steps, cutting off a row's largest
    /// weights costs less than rounding all others coarsely.</summary>
    private static float NearestOf(ReadOnlySpan<float> weights, ReadOnlySpan<float> importances, float largestScale)
    {
        var (best, smallest) = (largestScale, double.MaxValue);
        for (int step = 0; step < ScalesTried; step++)
        {
            float scale = largestScale * (1 - step * SmallestShare / ScalesTried);
            double errors = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                float error = weights[i] - scale * Math.Clamp(MathF.Round(weights[i] / scale), -LargestOfFourBits - 1, LargestOfFourBits);
                errors += error * error * (importances.IsEmpty ? 1 : importances[i]);
            }

            if (errors < smallest)
                (best, smallest) = (scale, errors);
        }

        return best;
    }

    private static bool AreMultiplesOf(ReadOnlySpan<float> weights, float inverseScale)
    {
        foreach (float weight in weights)
        {
            float multiple = weight * inverseScale;
            if (MathF.Abs(multiple - MathF.Round(multiple)) > Tolerance)
                return false;
        }

        return true;
    }
}
