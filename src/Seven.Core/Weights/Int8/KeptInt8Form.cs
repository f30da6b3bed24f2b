using System.Runtime.InteropServices;

namespace Seven.Weights.Int8;

/// <summary>The kept weights alone as signed bytes, four at a time, of blocks of rows that keep the same columns; a block may be a single row.</summary>
/// <remarks>Blocks are in the order of their sizes, so that the end of one is a branch that was predicted.</remarks>
internal abstract class KeptInt8Form : Int8Form
{
    /// <summary>Columns that a place can name.</summary>
    public const int LargestColumns = (ushort.MaxValue + 1) / PlacesPerColumn;

    /// <summary>A place is a column's start in eighths of the largest tile: an address without a shift.</summary>
    public const int PlacesPerColumn = 8;

    /// <param name="layer">A layer of at most <see cref="LargestColumns"/> inputs.</param>
    /// <param name="rowsPerBlock">Rows that keep the same columns, from the first one on.</param>
    protected KeptInt8Form(LayerWeights layer, int rowsPerBlock)
        : this(layer.Name, Of(layer, rowsPerBlock)) => RowsPerBlock = rowsPerBlock;

    private KeptInt8Form(string name, in Arrays arrays)
        : base(name, arrays.Rows, arrays.Scales, arrays.Sums) => (Starts, Places, Quads) = (arrays.Starts, arrays.Places, arrays.Quads);

    /// <summary>Rows that keep the same columns.</summary>
    protected int RowsPerBlock { get; }

    /// <summary>Where the columns of each block begin, in quads, and where those of the last one end.</summary>
    protected int[] Starts { get; }

    /// <summary>The kept columns of the blocks, four for a quad; what fills up the last one of a block is the first column.</summary>
    protected ushort[] Places { get; }

    /// <summary>The weights of the rows, four for a quad; what fills up the last one of a row are zeros.</summary>
    protected int[] Quads { get; }

    protected sealed override bool IsInterleaved => false;

    protected sealed override long Products => 4L * Quads.Length;

    protected sealed override long Bytes => sizeof(int) * (long)Quads.Length + sizeof(ushort) * (long)Places.Length;

    protected sealed override int FirstRowOf(int part, int parts)
    {
        if (part == 0 || part == parts)
            return part == 0 ? 0 : (Starts.Length - 1) * RowsPerBlock;
        int first = Array.BinarySearch(Starts, (int)((long)Starts[^1] * part / parts));
        return (first < 0 ? ~first : first) * RowsPerBlock;
    }

    protected sealed override void WriteRow(int row, float scale, Span<float> dense)
    {
        int block = row / RowsPerBlock, start = Starts[block], count = Starts[block + 1] - start;
        var weights = MemoryMarshal.Cast<int, sbyte>(Quads.AsSpan(RowsPerBlock * start + row % RowsPerBlock * count, count));
        for (int k = 0; k < weights.Length; k++)
            if (weights[k] != 0)
                dense[Places[4 * start + k] / PlacesPerColumn] = scale * weights[k];
    }

    private static Arrays Of(LayerWeights layer, int rowsPerBlock)
    {
        var columns = new int[layer.Inputs];
        var counts = new int[layer.Outputs / rowsPerBlock];
        for (int block = 0; block < counts.Length; block++)
            counts[block] = QuadsOf(layer.KeptColumns(block * rowsPerBlock, columns));
        int[] order = [.. Enumerable.Range(0, counts.Length).OrderBy(block => counts[block])];
        var (rows, starts) = (new int[layer.Outputs], new int[counts.Length + 1]);
        for (int i = 0; i < order.Length; i++)
            starts[i + 1] = starts[i] + counts[order[i]];
        var (scales, sums, kept) = (new float[layer.Outputs], new float[layer.Outputs], new float[layer.Inputs]);
        var (places, quads) = (new ushort[4 * starts[^1]], new int[rowsPerBlock * starts[^1]]);
        for (int i = 0; i < order.Length; i++)
        {
            int count = layer.KeptColumns(order[i] * rowsPerBlock, columns);
            for (int k = 0; k < count; k++)
                places[4 * starts[i] + k] = (ushort)(columns[k] * PlacesPerColumn);
            for (int j = 0; j < rowsPerBlock; j++)
            {
                int row = i * rowsPerBlock + j;
                rows[row] = order[i] * rowsPerBlock + j;
                var values = layer.Weight.Values.Row(rows[row]);
                for (int k = 0; k < count; k++)
                    kept[k] = values[columns[k]];
                var target = quads.AsSpan(rowsPerBlock * starts[i] + j * counts[order[i]], counts[order[i]]);
                (scales[row], sums[row]) = Round(kept.AsSpan(0, count), MemoryMarshal.Cast<int, sbyte>(target));
            }
        }

        return new Arrays(rows, scales, sums, starts, places, quads);
    }

    private readonly record struct Arrays(int[] Rows, float[] Scales, float[] Sums, int[] Starts, ushort[] Places, int[] Quads);
}
