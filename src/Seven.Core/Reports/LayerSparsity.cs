namespace Seven.Reports;

/// <summary>What pruning left of one array of weights.</summary>
/// <param name="Name">The array's name.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Weights">Number of weights.</param>
/// <param name="Kept">Number of weights kept.</param>
public sealed record LayerSparsity(string Name, IReadOnlyList<int> Shape, long Weights, long Kept)
{
    /// <summary>Share of zeros.</summary>
    public double Sparsity => Weights == 0 ? 0 : 1 - Kept / (double)Weights;

    /// <summary>Bytes in a compact file with float32 values: a matrix as a bitmask where that is smaller, all else dense.</summary>
    internal long CompactBytes => Shape is [var rows, var columns]
        ? Math.Min(sizeof(float) * Weights, sizeof(float) * Kept + rows * ((columns + 7L) / 8) + (rows + 2L) * sizeof(long))
        : sizeof(float) * Weights;
}
