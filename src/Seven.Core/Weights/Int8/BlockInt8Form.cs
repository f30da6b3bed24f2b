using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Seven.Numerics;
using Seven.Numerics.Simd;

namespace Seven.Weights.Int8;

/// <summary>Kept weights as signed bytes where neighboring rows keep the same columns, as the pattern <c>Blocks</c> leaves them: four kept columns are interleaved once
/// for all rows of a block.</summary>
internal sealed unsafe class BlockInt8Form : Int8Form
{
    private const int PlacesPerColumn = SparseInt8Form.PlacesPerColumn;

    [ThreadStatic]
    private static Arena? s_interleaved;

    private readonly int _rowsPerBlock;
    private readonly int[] _starts;
    private readonly ushort[] _places;
    private readonly int[] _quads;

    private BlockInt8Form(string name, int[] rows, float[] scales, float[] sums, int rowsPerBlock, int[] starts, ushort[] places, int[] quads)
        : base(name, rows, scales, sums) => (_rowsPerBlock, _starts, _places, _quads) = (rowsPerBlock, starts, places, quads);

    protected override bool IsInterleaved => false;

    protected override bool IsNarrow => true;

    protected override long Products => 4L * _quads.Length;

    protected override long Bytes => sizeof(int) * (long)_quads.Length + sizeof(ushort) * (long)_places.Length;

    /// <summary>The kept weights of a layer.</summary>
    /// <param name="layer">A layer of at most <see cref="SparseInt8Form.LargestColumns"/> inputs.</param>
    /// <param name="rowsPerBlock">Rows that keep the same columns, from the first one on.</param>
    public static BlockInt8Form Of(LayerWeights layer, int rowsPerBlock)
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
                for (int k = 0; k < count; k++)
                    kept[k] = layer.Weight.Values.Row(rows[row])[columns[k]];
                var target = quads.AsSpan(rowsPerBlock * starts[i] + j * counts[order[i]], counts[order[i]]);
                (scales[row], sums[row]) = Round(kept.AsSpan(0, count), MemoryMarshal.Cast<int, sbyte>(target));
            }
        }

        return new BlockInt8Form(layer.Name, rows, scales, sums, rowsPerBlock, starts, places, quads);
    }

    protected override int FirstRowOf(int part, int parts) => FirstOf(_starts, part, parts) * _rowsPerBlock;

    protected override void WriteRow(int row, float scale, Span<float> dense)
    {
        int block = row / _rowsPerBlock, start = _starts[block], count = _starts[block + 1] - start;
        var weights = MemoryMarshal.Cast<int, sbyte>(_quads.AsSpan(_rowsPerBlock * start + row % _rowsPerBlock * count, count));
        for (int k = 0; k < weights.Length; k++)
            if (weights[k] != 0)
                dense[_places[4 * start + k] / PlacesPerColumn] = scale * weights[k];
    }

    protected override void Multiply(int tile, byte* x, int firstRow, int rows, int* sums)
    {
        var arena = s_interleaved ??= new Arena();
        arena.Reset();
        fixed (int* quads = _quads)
        fixed (ushort* places = _places)
        {
            for (int block = firstRow / _rowsPerBlock; block < (firstRow + rows) / _rowsPerBlock; block++, sums += _rowsPerBlock * tile)
            {
                int start = _starts[block], count = _starts[block + 1] - start;
                byte* interleaved = (byte*)arena.Take(1, Math.Max(1, count) * tile).Address(0, 0);
                ByteWidth.Run(tile, new Interleave(places + 4 * start, count, x, interleaved));
                ByteWidth.Run(tile, new QuadRows(quads + _rowsPerBlock * start, _rowsPerBlock, count, interleaved, sums));
                arena.Reset();
            }
        }
    }

    /// <summary>Copies fours of columns with each token's four bytes side by side.</summary>
    private readonly struct Interleave(ushort* places, int count, byte* x, byte* to) : IByteJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLanes, TBytes, TWeights, TSums>()
            where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
            where TBytes : struct
            where TWeights : struct
            where TSums : struct
        {
            nuint scale = (nuint)(TLanes.Tokens / PlacesPerColumn);
            byte* columns = x, target = to;
            ushort* p = places;
            for (ushort* end = p + 4 * count; p < end; p += 4, target += 4 * TLanes.Tokens)
            {
                TLanes.Interleave(
                    TLanes.Load(columns + p[0] * scale), TLanes.Load(columns + p[1] * scale), TLanes.Load(columns + p[2] * scale), TLanes.Load(columns + p[3] * scale),
                    out TBytes q0, out TBytes q1, out TBytes q2, out TBytes q3);
                TLanes.Store(q0, target);
                TLanes.Store(q1, target + TLanes.Tokens);
                TLanes.Store(q2, target + 2 * TLanes.Tokens);
                TLanes.Store(q3, target + 3 * TLanes.Tokens);
            }
        }
    }
}
