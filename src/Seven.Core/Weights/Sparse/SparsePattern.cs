using System.Numerics;
using System.Runtime.CompilerServices;

namespace Seven.Weights.Sparse;

/// <summary>Where the kept weights of W: [rows × columns] lie, in compressed rows within blocks of columns.</summary>
/// <remarks>Within a block a row's weights lie together, and so do the rows, in the order in which the kernels read them. A block of columns of the activations
/// stays in the first-level cache while all rows pass by.</remarks>
internal sealed class SparsePattern
{
    /// <summary>Columns in a block: 128 rows of 64 activations are 32 KiB.</summary>
    public const int BlockColumns = 128;

    private readonly int[] _starts;
    private readonly ushort[] _places;
    private readonly int[] _keptBefore;

    private SparsePattern(int rows, int columns, int[] starts, ushort[] places, int kept)
    {
        (Rows, Columns, _starts, _places, Kept) = (rows, columns, starts, places, kept);
        _keptBefore = new int[rows + 1];
        for (int row = 0; row < rows; row++)
        {
            _keptBefore[row + 1] = _keptBefore[row];
            for (int block = 0; block < Blocks; block++)
                _keptBefore[row + 1] += Starts(block)[row + 1] - Starts(block)[row];
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Kept { get; }

    public int Blocks => BlocksOf(Columns);

    /// <summary>Each kept weight's column within its block.</summary>
    public ReadOnlySpan<ushort> Places => _places.AsSpan(0, Kept);

    /// <summary>The pattern of a matrix.</summary>
    /// <param name="parts">Its rows, part by part.</param>
    /// <param name="columns">Columns of all parts.</param>
    /// <param name="larger">A pattern of the same shape that keeps no fewer weights, whose memory is used again; it must not be used itself any more.</param>
    public static SparsePattern Of(IReadOnlyList<PruningMask> parts, int columns, SparsePattern? larger = null)
    {
        int rows = parts.Sum(part => part.Count) / columns;
        var starts = larger?._starts ?? new int[BlocksOf(columns) * (rows + 1)];
        var places = larger?._places ?? new ushort[parts.Sum(part => part.Kept)];
        int next = 0;
        for (int block = 0; block < BlocksOf(columns); block++)
        {
            var (first, width) = ColumnsOf(block, columns);
            var startsOfBlock = starts.AsSpan(block * (rows + 1), rows + 1);
            int row = 0;
            foreach (var part in parts)
            {
                for (int i = 0; i < part.Count / columns; i++)
                {
                    startsOfBlock[row++] = next;
                    next = AppendKept(part, i * columns + first, width, places, next);
                }
            }

            startsOfBlock[rows] = next;
        }

        return new SparsePattern(rows, columns, starts, places, next);
    }

    /// <summary>For each row of a block, and one past the last, the number of its first kept weight.</summary>
    public ReadOnlySpan<int> Starts(int block) => _starts.AsSpan(block * (Rows + 1), Rows + 1);

    /// <summary>The first row of a part, of so many parts with about equal numbers of kept weights.</summary>
    public int FirstRowOf(int part, int parts)
    {
        if (part == 0 || part == parts)
            return part == 0 ? 0 : Rows;
        int row = Array.BinarySearch(_keptBefore, (int)((long)Kept * part / parts));
        return Math.Min(row < 0 ? ~row : row, Rows);
    }

    /// <summary>Kept weights in rows from start to before end.</summary>
    public int KeptIn(int startRow, int endRow) => _keptBefore[endRow] - _keptBefore[startRow];

    /// <summary>Copies the kept weights' values from rows of the dense matrix to their places here.</summary>
    /// <param name="dense">Whole rows, without gaps.</param>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="kept">[<see cref="Kept"/>].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(ReadOnlySpan<float> dense, int firstRow, Span<float> kept)
    {
        int rows = dense.Length / Columns;
        for (int block = 0; block < Blocks; block++)
        {
            var starts = Starts(block);
            for (int row = 0; row < rows; row++)
            {
                var source = dense[(row * Columns + block * BlockColumns)..];
                for (int k = starts[firstRow + row]; k < starts[firstRow + row + 1]; k++)
                    kept[k] = source[_places[k]];
            }
        }
    }

    /// <summary>Copies values from here to their places in rows of the dense matrix; all else there stays as it is.</summary>
    /// <param name="kept">[<see cref="Kept"/>].</param>
    /// <param name="firstRow">The first row of <paramref name="dense"/>.</param>
    /// <param name="dense">Whole rows, without gaps.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scatter(ReadOnlySpan<float> kept, int firstRow, Span<float> dense)
    {
        int rows = dense.Length / Columns;
        for (int block = 0; block < Blocks; block++)
        {
            var starts = Starts(block);
            for (int row = 0; row < rows; row++)
            {
                var target = dense[(row * Columns + block * BlockColumns)..];
                for (int k = starts[firstRow + row]; k < starts[firstRow + row + 1]; k++)
                    target[_places[k]] = kept[k];
            }
        }
    }

    /// <summary>The pattern of Wᵀ.</summary>
    /// <param name="order">For each kept weight there, its number here.</param>
    /// <param name="larger">The transposed pattern of a larger one, whose memory is used again as that of <paramref name="order"/> is.</param>
    public SparsePattern Transposed(ref int[] order, SparsePattern? larger = null)
    {
        int blocks = BlocksOf(Rows);
        var starts = larger?._starts ?? new int[blocks * (Columns + 1)];
        var places = larger?._places ?? new ushort[Kept];
        order = larger is null ? new int[Kept] : order;
        for (int block = 0; block < blocks; block++)
        {
            var (firstRow, rows) = ColumnsOf(block, Rows);
            var startsOfBlock = starts.AsSpan(block * (Columns + 1), Columns + 1);
            startsOfBlock.Clear();
            CountColumns(firstRow, rows, startsOfBlock);
            startsOfBlock[0] = _keptBefore[firstRow];
            for (int column = 0; column < Columns; column++)
                startsOfBlock[column + 1] += startsOfBlock[column];
            FillColumns(firstRow, rows, startsOfBlock[..^1].ToArray(), places, order);
        }

        return new SparsePattern(Columns, Rows, starts, places, Kept);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountColumns(int firstRow, int rows, Span<int> countsAfter)
    {
        for (int block = 0; block < Blocks; block++)
            for (int k = Starts(block)[firstRow]; k < Starts(block)[firstRow + rows]; k++)
                countsAfter[block * BlockColumns + _places[k] + 1]++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillColumns(int firstRow, int rows, int[] next, ushort[] places, int[] order)
    {
        for (int block = 0; block < Blocks; block++)
        {
            var starts = Starts(block);
            for (int row = 0; row < rows; row++)
            {
                for (int k = starts[firstRow + row]; k < starts[firstRow + row + 1]; k++)
                {
                    int target = next[block * BlockColumns + _places[k]]++;
                    (places[target], order[target]) = ((ushort)row, k);
                }
            }
        }
    }

    private static int BlocksOf(int columns) => (columns + BlockColumns - 1) / BlockColumns;

    private static (int First, int Count) ColumnsOf(int block, int columns) =>
        (block * BlockColumns, Math.Min(BlockColumns, columns - block * BlockColumns));

    /// <returns>The number after the last one appended.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int AppendKept(PruningMask bits, int first, int width, ushort[] places, int next)
    {
        for (int column = 0; column < width; column += 64)
            for (ulong kept = bits.BitsAt(first + column, Math.Min(64, width - column)); kept != 0; kept &= kept - 1)
                places[next++] = (ushort)(column + BitOperations.TrailingZeroCount(kept));
        return next;
    }
}
