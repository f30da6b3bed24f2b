namespace Seven.Reports;

/// <summary>The sparsity of one array of weights.</summary>
/// <param name="name">The array's name.</param>
/// <param name="shape">Its sizes.</param>
/// <param name="weights">Number of weights.</param>
/// <param name="kept">Number of weights kept.</param>
public sealed class LayerSparsity(string name, IReadOnlyList<int> shape, long weights, long kept)
{
    /// <summary>The array's name.</summary>
    public string Name => name;

    /// <summary>Its sizes.</summary>
    public IReadOnlyList<int> Shape => shape;

    /// <summary>Number of weights.</summary>
    public long Weights => weights;

    /// <summary>Number of weights kept.</summary>
    public long Kept => kept;

    /// <summary>Share of zeros.</summary>
    public double Sparsity => Weights == 0 ? 0 : 1 - Kept / (double)Weights;

    /// <summary>Bytes in a compact file with float32 values: a matrix as a bitmask where that is smaller, all else dense.</summary>
    internal long CompactBytes => Shape is [var rows, var columns]
        ? Math.Min(sizeof(float) * Weights, sizeof(float) * Kept + rows * ((columns + 7L) / 8) + (rows + 2L) * sizeof(long))
        : sizeof(float) * Weights;
}
