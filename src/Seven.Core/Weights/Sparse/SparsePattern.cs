using System.Numerics;
using System.Runtime.CompilerServices;

namespace Seven.Weights.Sparse;

/// <summary>The positions of the kept weights of W: [rows × columns], in compressed rows within blocks of columns.</summary>
/// <remarks>Within a block a row's weights lie together, and so do the rows, in the order in which the kernels read them: each group of rows by their number of kept weights,
/// so that the end of a row is a branch that was predicted. A block of columns of the activations stays in the first-level cache while all rows pass by.</remarks>
internal sealed class SparsePattern
{
    /// <summary>Columns in a block: 128 rows of 64 activations are 32 KiB.</summary>
    public const int BlockColumns = 128;

    private const int SmallestGroupRows = 128;
    private const int GroupsPerProcessor = 2;

    /// <summary>A column's place is a multiple of it, so that kernels address its activations without a shift.</summary>
    public const int PlacesPerColumn = 32;

    private readonly int[] _starts;
    private readonly int[] _rows;
    private readonly ushort[] _places;
    private readonly int[] _keptBefore;

    private SparsePattern(int rows, int columns, int[] starts, int[] order, ushort[] places, int kept)
    {
        (Rows, Columns, _starts, _rows, _places, Kept) = (rows, columns, starts, order, places, kept);
        GroupRows = GroupRowsOf(rows);
        _keptBefore = new int[rows + 1];
        for (int block = 0; block < Blocks; block++)
            for (int i = 0; i < rows; i++)
                _keptBefore[RowAt(block)[i] + 1] += Starts(block)[i + 1] - Starts(block)[i];
        for (int row = 0; row < rows; row++)
            _keptBefore[row + 1] += _keptBefore[row];
    }

    public int Rows { get; }

    /// <summary>Rows that are sorted together. Parts of a matrix begin at multiples of it. The more rows, the fewer ends of rows are mispredicted; but threads share groups.</summary>
    public int GroupRows { get; }

    public int Columns { get; }

    public int Kept { get; }

    public int Blocks => BlocksOf(Columns);

    /// <summary>Each kept weight's column within its block, times <see cref="PlacesPerColumn"/>.</summary>
    public ReadOnlySpan<ushort> Places => _places.AsSpan(0, Kept);

    /// <summary>The pattern of a matrix.</summary>
    /// <param name="parts">Its rows, part by part.</param>
    /// <param name="columns">Columns of all parts.</param>
    /// <param name="larger">A pattern of the same shape that keeps no fewer weights, whose memory is used again; it must not be used itself any more.</param>
    public static SparsePattern Of(IReadOnlyList<PruningMask> parts, int columns, SparsePattern? larger = null)
    {
        int rows = parts.Sum(part => part.Count) / columns;
        var starts = larger?._starts ?? new int[BlocksOf(columns) * (rows + 1)];
        var order = larger?._rows ?? new int[BlocksOf(columns) * rows];
        var places = larger?._places ?? new ushort[parts.Sum(part => part.Kept)];
        var next = new int[rows];
        int kept = 0;
        for (int block = 0; block < BlocksOf(columns); block++)
        {
            var (first, width) = ColumnsOf(block, columns);
            ForEachRow(parts, columns, (row, part, start) => next[row] = CountKept(part, start + first, width));
            kept = Arrange(kept, next, starts.AsSpan(block * (rows + 1), rows + 1), order.AsSpan(block * rows, rows));
            ForEachRow(parts, columns, (row, part, start) => WriteKept(part, start + first, width, places, next[row]));
        }

        return new SparsePattern(rows, columns, starts, order, places, kept);
    }

    /// <summary>For each row of a block in the order in which they lie, and one past the last, the number of its first kept weight.</summary>
    public ReadOnlySpan<int> Starts(int block) => _starts.AsSpan(block * (Rows + 1), Rows + 1);

    /// <summary>The rows of a block in the order in which they lie.</summary>
    public ReadOnlySpan<int> RowAt(int block) => _rows.AsSpan(block * Rows, Rows);

    /// <summary>The first row of a part, of so many parts with about equal numbers of kept weights: a multiple of <see cref="GroupRows"/>.</summary>
    public int FirstRowOf(int part, int parts)
    {
        if (part == 0 || part == parts)
            return part == 0 ? 0 : Rows;
        int row = Array.BinarySearch(_keptBefore, (int)((long)Kept * part / parts));
        return Math.Min(((row < 0 ? ~row : row) + GroupRows / 2) / GroupRows * GroupRows, Rows);
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
        var (first, end, rows) = GroupsOf(firstRow, dense.Length);
        for (int block = 0; block < Blocks; block++)
        {
            ReadOnlySpan<int> starts = Starts(block), order = RowAt(block);
            for (int i = first; i < end; i++)
            {
                if ((uint)(order[i] - firstRow) >= (uint)rows)
                    continue;
                var source = dense[((order[i] - firstRow) * Columns + block * BlockColumns)..];
                for (int k = starts[i]; k < starts[i + 1]; k++)
                    kept[k] = source[_places[k] / PlacesPerColumn];
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
        var (first, end, rows) = GroupsOf(firstRow, dense.Length);
        for (int block = 0; block < Blocks; block++)
        {
            ReadOnlySpan<int> starts = Starts(block), order = RowAt(block);
            for (int i = first; i < end; i++)
            {
                if ((uint)(order[i] - firstRow) >= (uint)rows)
                    continue;
                var target = dense[((order[i] - firstRow) * Columns + block * BlockColumns)..];
                for (int k = starts[i]; k < starts[i + 1]; k++)
                    target[_places[k] / PlacesPerColumn] = kept[k];
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
        var rowsOfBlocks = larger?._rows ?? new int[blocks * Columns];
        var places = larger?._places ?? new ushort[Kept];
        order = larger is null ? new int[Kept] : order;
        var next = new int[Columns];
        int[] positions = PositionsOfRows();
        int kept = 0;
        for (int block = 0; block < blocks; block++)
        {
            var (firstRow, rows) = ColumnsOf(block, Rows);
            CountColumns(positions, firstRow, rows, next);
            kept = Arrange(kept, next, starts.AsSpan(block * (Columns + 1), Columns + 1), rowsOfBlocks.AsSpan(block * Columns, Columns));
            FillColumns(positions, firstRow, rows, next, places, order);
        }

        return new SparsePattern(Columns, Rows, starts, rowsOfBlocks, places, Kept);
    }

    /// <summary>For each block and each row, in their own order, where the row lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int[] PositionsOfRows()
    {
        var positions = new int[_rows.Length];
        for (int block = 0; block < Blocks; block++)
        {
            ReadOnlySpan<int> rowAt = RowAt(block);
            for (int i = 0; i < rowAt.Length; i++)
                positions[block * Rows + rowAt[i]] = i;
        }

        return positions;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountColumns(ReadOnlySpan<int> positions, int firstRow, int rows, int[] counts)
    {
        Array.Clear(counts);
        for (int block = 0; block < Blocks; block++)
        {
            ReadOnlySpan<int> starts = Starts(block);
            foreach (int i in positions.Slice(block * Rows + firstRow, rows))
                for (int k = starts[i]; k < starts[i + 1]; k++)
                    counts[block * BlockColumns + _places[k] / PlacesPerColumn]++;
        }
    }

    /// <summary>Writes the rows of a block as columns. They are taken in their own order, so that each column's places rise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillColumns(ReadOnlySpan<int> positions, int firstRow, int rows, int[] next, ushort[] places, int[] order)
    {
        for (int block = 0; block < Blocks; block++)
        {
            ReadOnlySpan<int> starts = Starts(block), ofBlock = positions.Slice(block * Rows + firstRow, rows);
            for (int row = 0; row < rows; row++)
            {
                for (int k = starts[ofBlock[row]]; k < starts[ofBlock[row] + 1]; k++)
                {
                    int target = next[block * BlockColumns + _places[k] / PlacesPerColumn]++;
                    (places[target], order[target]) = ((ushort)(row * PlacesPerColumn), k);
                }
            }
        }
    }

    /// <summary>Puts each group's rows in the order of their numbers of kept weights.</summary>
    /// <param name="kept">Weights in the blocks before.</param>
    /// <param name="counts">Kept weights of each row; becomes the number of each row's first one.</param>
    /// <param name="starts">The numbers of the first ones in the new order, and one past the last.</param>
    /// <param name="order">The rows in the new order.</param>
    /// <returns>Weights in the blocks before and in this one.</returns>
    private static int Arrange(int kept, int[] counts, Span<int> starts, Span<int> order)
    {
        int groupRows = GroupRowsOf(counts.Length);
        for (int first = 0; first < counts.Length; first += groupRows)
        {
            var group = order[first..Math.Min(first + groupRows, counts.Length)];
            for (int i = 0; i < group.Length; i++)
                // Rows with equal counts stay in their order.
                group[i] = counts[first + i] * groupRows + i;
            group.Sort();
            for (int i = 0; i < group.Length; i++)
            {
                int row = group[i] = first + group[i] % groupRows;
                starts[first + i] = kept;
                (counts[row], kept) = (kept, kept + counts[row]);
            }
        }

        starts[counts.Length] = kept;
        return kept;
    }

    /// <summary>The groups in which some rows lie.</summary>
    private (int First, int End, int Rows) GroupsOf(int firstRow, int length)
    {
        int rows = length / Columns;
        return (firstRow / GroupRows * GroupRows, Math.Min((firstRow + rows + GroupRows - 1) / GroupRows * GroupRows, Rows), rows);
    }

    private static int GroupRowsOf(int rows) => Math.Max(SmallestGroupRows, rows / (GroupsPerProcessor * Environment.ProcessorCount));

    private static int BlocksOf(int columns) => (columns + BlockColumns - 1) / BlockColumns;

    private static (int First, int Count) ColumnsOf(int block, int columns) =>
        (block * BlockColumns, Math.Min(BlockColumns, columns - block * BlockColumns));

    private static void ForEachRow(IReadOnlyList<PruningMask> parts, int columns, Action<int, PruningMask, int> action)
    {
        int row = 0;
        foreach (var part in parts)
            for (int start = 0; start < part.Count; start += columns)
                action(row++, part, start);
    }

    private static int CountKept(PruningMask bits, int first, int width)
    {
        int kept = 0;
        for (int column = 0; column < width; column += PruningMask.BitsPerWord)
            kept += BitOperations.PopCount(bits.BitsAt(first + column, Math.Min(PruningMask.BitsPerWord, width - column)));
        return kept;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteKept(PruningMask bits, int first, int width, ushort[] places, int next)
    {
        for (int column = 0; column < width; column += PruningMask.BitsPerWord)
            for (ulong kept = bits.BitsAt(first + column, Math.Min(PruningMask.BitsPerWord, width - column)); kept != 0; kept &= kept - 1)
                places[next++] = (ushort)((column + BitOperations.TrailingZeroCount(kept)) * PlacesPerColumn);
    }
}
