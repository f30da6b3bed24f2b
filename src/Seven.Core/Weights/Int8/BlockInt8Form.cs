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
    private readonly int _largestBlock;
    private readonly int[] _starts;
    private readonly ushort[] _places;
    private readonly int[] _quads;

    private BlockInt8Form(string name, int[] rows, float[] scales, float[] sums, int rowsPerBlock, int[] starts, ushort[] places, int[] quads)
        : base(name, rows, scales, sums)
    {
        (_rowsPerBlock, _starts, _places, _quads) = (rowsPerBlock, starts, places, quads);
        // The blocks are in the order of their sizes.
        _largestBlock = starts[^1] - starts[^2];
    }

    protected override bool IsInterleaved => false;

    /// <summary>Many: the columns of the first block of them alone are interleaved with nothing to do meanwhile.</summary>
    protected override int RowsAtOnce => 64;

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
        fixed (int* starts = _starts, quads = _quads)
        fixed (ushort* places = _places)
            ByteWidth.Run(tile, new Job(starts + firstRow / _rowsPerBlock, rows / _rowsPerBlock, _rowsPerBlock, places, quads, x, Interleaved(tile), _largestBlock, sums));
    }

    /// <summary>The calling thread's memory for the columns of two blocks, used again for its next ones.</summary>
    private byte* Interleaved(int tile)
    {
        var arena = s_interleaved ??= new Arena();
        arena.Reset();
        return (byte*)arena.Take(1, Math.Max(1, 2 * _largestBlock) * tile).Address(0, 0);
    }

    private readonly struct Job(int* starts, int blocks, int rowsPerBlock, ushort* places, int* quads, byte* x, byte* interleaved, int largestBlock, int* sums) : IByteJob
    {
        /// <summary>While a block is multiplied, the columns of the next are interleaved.</summary>
        public void Run<TLanes, TBytes, TWeights, TSums>()
            where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
            where TBytes : struct
            where TWeights : struct
            where TSums : struct
        {
            InterleaveRest(new Interleaving<TLanes, TBytes, TWeights, TSums>(places + 4 * starts[0], x, interleaved), starts[1] - starts[0]);
            for (int block = 0; block < blocks; block++)
            {
                int start = starts[block], count = starts[block + 1] - start;
                byte* now = interleaved + (block & 1) * (nint)largestBlock * 4 * TLanes.Tokens, then = interleaved + (~block & 1) * (nint)largestBlock * 4 * TLanes.Tokens;
                var product = new QuadRows(quads + rowsPerBlock * start, rowsPerBlock, count, now, sums + block * rowsPerBlock * TLanes.Tokens);
                // Blocks are in the order of their sizes: the next is at least as large.
                if (block + 1 < blocks)
                    InterleaveRest(
                        product.Run<TLanes, TBytes, TWeights, TSums, Interleaving<TLanes, TBytes, TWeights, TSums>>(new(places + 4 * (start + count), x, then)), starts[block + 2] - starts[block + 1]);
                else
                    product.Run<TLanes, TBytes, TWeights, TSums>();
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void InterleaveRest<TLanes, TBytes, TWeights, TSums>(Interleaving<TLanes, TBytes, TWeights, TSums> work, int count)
            where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
            where TBytes : struct
            where TWeights : struct
            where TSums : struct
        {
            for (int quad = work.Done; quad < count; quad++)
                work.Step();
        }
    }

    /// <summary>Copies fours of columns with each token's four bytes side by side.</summary>
    private struct Interleaving<TLanes, TBytes, TWeights, TSums>(ushort* places, byte* columns, byte* target) : IWorkBeside
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
    {
        /// <summary>Fours that were copied.</summary>
        public int Done { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step()
        {
            nuint scale = (nuint)(TLanes.Tokens / PlacesPerColumn);
            ushort* p = places;
            byte* to = target;
            Prefetch.Line(p + Prefetch.Distance / sizeof(ushort));
            TLanes.Interleave(
                TLanes.Load(columns + p[0] * scale), TLanes.Load(columns + p[1] * scale), TLanes.Load(columns + p[2] * scale), TLanes.Load(columns + p[3] * scale),
                out TBytes q0, out TBytes q1, out TBytes q2, out TBytes q3);
            TLanes.Store(q0, to);
            TLanes.Store(q1, to + TLanes.Tokens);
            TLanes.Store(q2, to + 2 * TLanes.Tokens);
            TLanes.Store(q3, to + 3 * TLanes.Tokens);
            places = p + 4;
            target = to + 4 * TLanes.Tokens;
            Done++;
        }
    }
}
