using Seven.Numerics;

namespace Seven.Weights.Sparse;

/// <summary>W: [rows × columns] as its kept values.</summary>
/// <param name="pattern">Where they lie.</param>
/// <param name="values">The values, in the pattern's order.</param>
internal sealed class SparseRows(SparsePattern pattern, float[] values)
{
    private readonly float[] _values = values;

    public SparsePattern Pattern => pattern;

    public int Rows => pattern.Rows;

    public int Columns => pattern.Columns;

    public Span<float> Values => _values.AsSpan(0, pattern.Kept);

    /// <summary>The values of a matrix that are not zero.</summary>
    /// <param name="dense">[rows × columns], without gaps.</param>
    public static SparseRows Of(Matrix dense) => Of([PruningMask.OfNonzero(dense.Values)], dense);

    /// <summary>The values of a matrix that are kept.</summary>
    /// <param name="parts">Masks of whole rows, one below the other, for all rows.</param>
    /// <param name="dense">[rows × columns], without gaps.</param>
    /// <param name="larger">A form that kept no fewer weights, whose memory is used again; it must not be used itself any more.</param>
    public static SparseRows Of(IReadOnlyList<PruningMask> parts, Matrix dense, SparseRows? larger = null)
    {
        var rows = Empty(SparsePattern.Of(parts, dense.Columns, larger?.Pattern), larger);
        rows.Pattern.Gather(dense.Values, 0, rows.Values);
        return rows;
    }

    /// <summary>Wᵀ, of which the values are still to be filled in.</summary>
    /// <param name="order">For each of them the number of the value here.</param>
    /// <param name="larger">The transposed of a larger form.</param>
    public SparseRows Transposed(ref int[] order, SparseRows? larger = null) => Empty(pattern.Transposed(ref order, larger?.Pattern), larger);

    private static SparseRows Empty(SparsePattern pattern, SparseRows? larger) => new(pattern, larger?._values ?? new float[pattern.Kept]);
}
