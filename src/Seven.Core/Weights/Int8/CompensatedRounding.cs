using System.Numerics.Tensors;
using Seven.Numerics;

namespace Seven.Weights.Int8;

/// <summary>Rounds a layer's weights so that its outputs change little: weights that are rounded later make up for the errors of those rounded before (Frantar et al., "GPTQ", 2022).
/// Pruned weights stay zeros.</summary>
/// <remarks>
/// For the kept weights w of a row and the second moments H of their inputs, the squared change of the row's outputs is (w - q)ᵀ · H · (w - q). With H = Rᵀ · R and R upper triangular, that is
/// the sum over i of (Rᵢᵢ · (wᵢ - qᵢ) + Σ Rᵢⱼ · (wⱼ - qⱼ) over j > i)². From the last to the first, qᵢ is the multiple of the scale nearest to where its own term vanishes.
/// </remarks>
internal static class CompensatedRounding
{
    /// <summary>Replaces the kept weights by multiples of a scale for each row, which <see cref="RowScale.Of"/> finds again. Rows of such multiples stay as they are.</summary>
    /// <param name="layer">The layer, with its floats.</param>
    /// <param name="moments">H: [inputs × inputs].</param>
    /// <param name="largest">The largest size of a multiple: 127, or 7 for files of 4 bits.</param>
    /// <param name="workers">The threads.</param>
    public static void Round(LayerWeights layer, Matrix moments, int largest, Workers workers) => workers.For(layer.Outputs, grain: 1, (start, end) =>
    {
        var columns = new int[layer.Inputs];
        MomentFactor? factor = null;
        for (int row = start; row < end; row++)
        {
            var kept = columns.AsSpan(0, layer.KeptColumns(row, columns));
            var weights = layer.Weight.Values.Row(row);
            if (RowScale.InFile(weights, largest) is not null)
                continue;
            if (factor is null || !factor.IsOf(kept))
                factor = new MomentFactor(moments, kept);
            Round(weights, factor, largest);
        }
    });

    private static void Round(Span<float> row, MomentFactor factor, int largest)
    {
        var weights = new float[factor.Count];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = row[factor.Columns[i]];
        float scale = RowScale.For(weights, factor.Moments, largest);
        // A row of few weights keeps a size of its largest one by which its scale is found again.
        bool compensates = weights.Length - weights.AsSpan().Count(0) >= RowScale.FewestForOtherSizes;
        var errors = new double[weights.Length];
        for (int i = weights.Length - 1; i >= 0; i--)
        {
            var factors = factor.Row(i);
            double wanted = weights[i] + TensorPrimitives.Dot(factors[1..], errors.AsSpan(i + 1)) / factors[0];
            float rounded = scale * (float)Math.Clamp(Math.Round(wanted / scale), -largest - 1, largest);
            row[factor.Columns[i]] = rounded;
            errors[i] = compensates ? weights[i] - rounded : 0;
        }
    }
}
