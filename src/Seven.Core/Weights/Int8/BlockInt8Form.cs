using System.Runtime.CompilerServices;
using Seven.Numerics;
using Seven.Numerics.Simd;

namespace Seven.Weights.Int8;

/// <summary>Kept weights as signed bytes where neighboring rows keep the same columns, as the pattern <c>Blocks</c> leaves them: four kept columns are interleaved once
/// for all rows of a block.</summary>
/// <param name="layer">A layer of at most <see cref="KeptInt8Form.LargestColumns"/> inputs.</param>
/// <param name="rowsPerBlock">Rows that keep the same columns, from the first one on.</param>
internal sealed unsafe class BlockInt8Form(LayerWeights layer, int rowsPerBlock) : KeptInt8Form(layer, rowsPerBlock)
{
    [ThreadStatic]
    private static Arena? s_interleaved;

    /// <summary>Many: the columns of the first block of them alone are interleaved with nothing to do meanwhile.</summary>
    protected override int RowsAtOnce => 64;

    private int LargestBlock => Starts[^1] - Starts[^2];

    protected override void Multiply(int tile, byte* x, int firstRow, int rows, int* sums)
    {
        fixed (int* starts = Starts, quads = Quads)
        fixed (ushort* places = Places)
            ByteWidth.Run(tile, new Job(starts + firstRow / RowsPerBlock, rows / RowsPerBlock, RowsPerBlock, places, quads, x, Interleaved(tile), LargestBlock, sums));
    }

    /// <summary>The calling thread's memory for the columns of two blocks, used again for its next ones.</summary>
    private byte* Interleaved(int tile)
    {
        var arena = s_interleaved ??= new Arena();
        arena.Reset();
        return (byte*)arena.Take(1, Math.Max(1, 2 * LargestBlock) * tile).Address(0, 0);
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
