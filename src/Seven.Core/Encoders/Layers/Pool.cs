using System.Numerics.Tensors;
using Seven.Numerics;

namespace Seven.Encoders.Layers;

/// <summary>The mean of each sequence's hidden states, and vectors of length one.</summary>
internal static class Pool
{
    /// <summary>Added to a length before dividing by it, as torch's <c>normalize</c> has it at least.</summary>
    private const float Tiny = 1e-12f;

    /// <summary>From [hidden × tokens] to [hidden × sequences]: the mean over tokens that may be attended to.</summary>
    public static Matrix Mean(Matrix hidden, SequenceLayout layout, Pass pass)
    {
        Matrix mean = pass.Arena.Take(hidden.Rows, layout.Count);
        for (int sequence = 0; sequence < layout.Count; sequence++)
        {
            var (start, length) = (layout.Start(sequence), layout.Length(sequence));
            var mask = layout.KeyMask(sequence);
            float share = 1f / Count(mask, length);
            for (int feature = 0; feature < hidden.Rows; feature++)
            {
                var row = hidden.Row(feature).Slice(start, length);
                mean.Row(feature)[sequence] = share * (mask.IsEmpty ? TensorPrimitives.Sum<float>(row) : Sum(row, mask));
            }
        }

        return mean;
    }

    /// <summary>From the gradient of the means to that of all tokens.</summary>
    public static Matrix MeanBackward(Matrix gradient, SequenceLayout layout, Pass pass)
    {
        Matrix all = pass.Arena.Take(gradient.Rows, layout.Tokens);
        for (int sequence = 0; sequence < layout.Count; sequence++)
        {
            var (start, length) = (layout.Start(sequence), layout.Length(sequence));
            var mask = layout.KeyMask(sequence);
            float share = 1f / Count(mask, length);
            for (int feature = 0; feature < all.Rows; feature++)
            {
                float value = share * gradient.Row(feature)[sequence];
                var row = all.Row(feature).Slice(start, length);
                for (int i = 0; i < length; i++)
                    row[i] = mask.IsEmpty || mask[i] ? value : 0;
            }
        }

        return all;
    }

    /// <summary>Divides each column by its length.</summary>
    /// <returns>The factors by which they were multiplied.</returns>
    public static float[] Normalize(Matrix x)
    {
        var factors = new float[x.Columns];
        for (int column = 0; column < factors.Length; column++)
        {
            double squares = 0;
            for (int row = 0; row < x.Rows; row++)
                squares += (double)x.Row(row)[column] * x.Row(row)[column];
            factors[column] = 1f / Math.Max((float)Math.Sqrt(squares), Tiny);
            for (int row = 0; row < x.Rows; row++)
                x.Row(row)[column] *= factors[column];
        }

        return factors;
    }

    /// <summary>From the gradient of columns of length one to that of the columns before, in place: f · (dy - y · (y·dy)).</summary>
    /// <param name="y">The columns of length one.</param>
    /// <param name="factors">What <see cref="Normalize"/> returned.</param>
    /// <param name="gradient">The gradient.</param>
    public static void NormalizeBackward(Matrix y, float[] factors, Matrix gradient)
    {
        for (int column = 0; column < factors.Length; column++)
        {
            double product = 0;
            for (int row = 0; row < y.Rows; row++)
                product += (double)y.Row(row)[column] * gradient.Row(row)[column];
            for (int row = 0; row < y.Rows; row++)
                gradient.Row(row)[column] = factors[column] * (gradient.Row(row)[column] - y.Row(row)[column] * (float)product);
        }
    }

    private static int Count(ReadOnlySpan<bool> mask, int length) => mask.IsEmpty ? length : mask.Count(true);

    private static float Sum(ReadOnlySpan<float> row, ReadOnlySpan<bool> mask)
    {
        float sum = 0;
        for (int i = 0; i < row.Length; i++)
            sum += mask[i] ? row[i] : 0;
        return sum;
    }
}
