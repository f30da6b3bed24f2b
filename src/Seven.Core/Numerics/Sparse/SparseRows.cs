using System.Numerics;
using System.Runtime.Intrinsics;

namespace Seven.Numerics.Sparse;

/// <summary>W: [rows × columns] as its kept values, in compressed rows within blocks of columns.</summary>
/// <remarks>Within a block a row's values lie together, and so do the rows, in the order in which the kernel reads them. A block of columns of the activations
/// stays in the first-level cache while all rows pass by.</remarks>
internal sealed class SparseRows
{
    /// <summary>Columns in a block: 128 rows of 64 activations are 32 KiB.</summary>
    public const int BlockColumns = 128;

    private readonly int[] _starts;
    private readonly ushort[] _columns;
    private readonly float[] _values;

    private SparseRows(int rows, int columns, int[] starts, ushort[] places, float[] values) =>
        (Rows, Columns, _starts, _columns, _values) = (rows, columns, starts, places, values);

    public int Rows { get; }

    public int Columns { get; }

    public int Kept => _values.Length;

    public int Blocks => (Columns + BlockColumns - 1) / BlockColumns;

    /// <summary>The kept values of a matrix; <see langword="null"/> if too few of them are zero.</summary>
    /// <param name="dense">[rows × columns].</param>
    /// <param name="smallestSparsity">Share of zeros from which on this form pays.</param>
    public static SparseRows? Of(Matrix dense, double smallestSparsity)
    {
        long zeros = 0;
        for (int row = 0; row < dense.Rows; row++)
            zeros += dense.Row(row).Count(0f);
        long all = (long)dense.Rows * dense.Columns;
        return all > 0 && zeros >= smallestSparsity * all ? Compress(dense, (int)(all - zeros)) : null;
    }

    /// <summary>For each row of a block, and one past the last, the place of its first value in <see cref="Values"/>.</summary>
    public ReadOnlySpan<int> Starts(int block) => _starts.AsSpan(block * (Rows + 1), Rows + 1);

    /// <summary>For each value its column within its block.</summary>
    public ReadOnlySpan<ushort> Places => _columns;

    public ReadOnlySpan<float> Values => _values;

    private static SparseRows Compress(Matrix dense, int kept)
    {
        int blocks = (dense.Columns + BlockColumns - 1) / BlockColumns;
        var starts = new int[blocks * (dense.Rows + 1)];
        var (places, values) = (new ushort[kept], new float[kept]);
        int next = 0;
        for (int block = 0; block < blocks; block++)
        {
            int first = block * BlockColumns;
            int width = Math.Min(BlockColumns, dense.Columns - first);
            var blockStarts = starts.AsSpan(block * (dense.Rows + 1), dense.Rows + 1);
            for (int row = 0; row < dense.Rows; row++)
            {
                blockStarts[row] = next;
                next = AppendKept(dense.Row(row).Slice(first, width), places, values, next);
            }

            blockStarts[dense.Rows] = next;
        }

        return new SparseRows(dense.Rows, dense.Columns, starts, places, values);
    }

    /// <returns>The place after the last value appended.</returns>
    private static int AppendKept(ReadOnlySpan<float> source, ushort[] places, float[] values, int next)
    {
        int i = 0;
        for (; i + Vector256<float>.Count <= source.Length; i += Vector256<float>.Count)
        {
            uint zeros = Vector256.Equals(Vector256.Create(source[i..]), Vector256<float>.Zero).ExtractMostSignificantBits();
            for (uint kept = ~zeros & 0xFF; kept != 0; kept &= kept - 1)
            {
                int column = i + BitOperations.TrailingZeroCount(kept);
                (places[next], values[next++]) = ((ushort)column, source[column]);
            }
        }

        for (; i < source.Length; i++)
            if (source[i] != 0)
                (places[next], values[next++]) = ((ushort)i, source[i]);
        return next;
    }
}
