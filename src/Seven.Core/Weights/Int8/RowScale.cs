using System.Numerics.Tensors;

namespace Seven.Weights.Int8;

/// <summary>A row of weights as signed bytes with one scale.</summary>
internal static class RowScale
{
    /// <summary>Largest sizes that files have: int8 with and without its lowest value, and the same of int4.</summary>
    private static readonly int[] s_largestInFiles = [127, 128, 7, 8];

    /// <summary>How near a weight must be to a whole multiple of the scale to have been one.</summary>
    private const float Tolerance = 1e-3f;

    /// <summary>The scale of a row, with which no weight is larger than the machine multiplies: that of the file where the weights have one, else the smallest.</summary>
    /// <param name="weights">The row's weights, or those that are kept.</param>
    /// <param name="largest">The largest size, 127 or 63.</param>
    public static float Of(ReadOnlySpan<float> weights, int largest)
    {
        float size = weights.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude(weights));
        if (size == 0)
            return 1;
        foreach (int inFile in s_largestInFiles)
            if (inFile <= largest && AreMultiplesOf(weights, inFile / size))
                return size / inFile;
        return size / largest;
    }

    /// <summary>The nearest whole multiples of the scale.</summary>
    public static void Round(ReadOnlySpan<float> weights, float scale, Span<sbyte> rounded)
    {
        float inverse = 1 / scale;
        for (int i = 0; i < weights.Length; i++)
            rounded[i] = (sbyte)MathF.Round(weights[i] * inverse);
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
