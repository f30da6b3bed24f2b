using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Seven.Numerics.Simd;

namespace Seven.Weights.Int8;

/// <summary>Rows of weights multiplied by columns that are interleaved already: four or two rows at a time share the loads.</summary>
/// <param name="quads">The rows' weights, fours of them in each integer, [rows × quadsPerRow].</param>
/// <param name="rows">Their number.</param>
/// <param name="quadsPerRow">Fours of weights of a row.</param>
/// <param name="columns">Interleaved activations, [quadsPerRow × 4 · tile].</param>
/// <param name="sums">[rows × tile].</param>
internal readonly unsafe struct QuadRows(int* quads, int rows, int quadsPerRow, byte* columns, int* sums) : IByteJob
{
    private const int RowsAtOnce = 4;
    private const int RowsOfPairs = 6;

    public void Run<TLanes, TBytes, TWeights, TSums>()
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct => Run<TLanes, TBytes, TWeights, TSums, NothingBeside>(default);

    /// <summary>Multiplies, and does other work meanwhile, which needs other units of the processor.</summary>
    /// <param name="beside">A step of it for each four of the first rows' weights, where rows are multiplied four at a time.</param>
    /// <returns>The work as far as it was done.</returns>
    public TBeside Run<TLanes, TBytes, TWeights, TSums, TBeside>(TBeside beside)
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
        where TBeside : struct, IWorkBeside
    {
        if (!TLanes.HasHalves)
        {
            int done = 0;
            for (; TLanes.HasPairs && done + RowsOfPairs <= rows; done += RowsOfPairs)
                SixRows<Bytes256, Vector256<byte>, Vector256<sbyte>, Vector256<int>>(quads + done * quadsPerRow, TLanes.Tokens, sums + done * TLanes.Tokens);
            Multiply<TLanes, TBytes, TWeights, TSums>(done, columns, sums, TLanes.Tokens);
            return beside;
        }

        // AVX-VNNI has sixteen registers: four rows at a time for three vectors of tokens, or two rows for four.
        int row = 0;
        for (; row + RowsAtOnce <= rows; row += RowsAtOnce)
        {
            int* first = quads + row * quadsPerRow, to = sums + row * TLanes.Tokens;
            if (row == 0)
                beside = FourRows<Bytes256, Vector256<byte>, Vector256<sbyte>, Vector256<int>, TBeside>(first, TLanes.Tokens, to, beside);
            else
                FourRows<Bytes256, Vector256<byte>, Vector256<sbyte>, Vector256<int>, NothingBeside>(first, TLanes.Tokens, to, default);
        }

        Multiply<Bytes256, Vector256<byte>, Vector256<sbyte>, Vector256<int>>(row, columns, sums, TLanes.Tokens);
        Multiply<Bytes256, Vector256<byte>, Vector256<sbyte>, Vector256<int>>(row, columns + 2 * TLanes.Tokens, sums + TLanes.Tokens / 2, TLanes.Tokens);
        return beside;
    }

    /// <summary>Eight vectors of tokens: three, three and two of them.</summary>
    private TBeside FourRows<TLanes, TBytes, TWeights, TSums, TBeside>(int* first, int tile, int* to, TBeside beside)
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
        where TBeside : struct, IWorkBeside
    {
        int n = TLanes.Tokens;
        beside = ThreeVectors<TLanes, TBytes, TWeights, TSums, TBeside>(first, columns, tile, to, beside);
        ThreeVectors<TLanes, TBytes, TWeights, TSums, NothingBeside>(first, columns + 3 * n, tile, to + 3 * n / 4, default);
        TwoVectors<TLanes, TBytes, TWeights, TSums>(first, columns + 6 * n, tile, to + 6 * n / 4);
        return beside;
    }

    /// <summary>Four rows by three vectors: seven loads to twelve multiply-adds, whose twelve sums hide their latency.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TBeside ThreeVectors<TLanes, TBytes, TWeights, TSums, TBeside>(int* first, byte* x, int tile, int* to, TBeside beside)
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
        where TBeside : struct, IWorkBeside
    {
        int n = TLanes.Tokens;
        nint row = quadsPerRow, step = 4 * tile;
        TSums a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default, c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        int* ahead = first + Prefetch.Distance / sizeof(int);
        for (int* end = first + row; first < end; first++, ahead += 4, x += step)
        {
            Prefetch.Line(ahead);
            TBytes x0 = TLanes.Load(x), x1 = TLanes.Load(x + n), x2 = TLanes.Load(x + 2 * n);
            TWeights w = TLanes.All(*first);
            a0 = TLanes.MultiplyAddLower(a0, x0, w); a1 = TLanes.MultiplyAddLower(a1, x1, w); a2 = TLanes.MultiplyAddLower(a2, x2, w);
            w = TLanes.All(first[row]);
            b0 = TLanes.MultiplyAddLower(b0, x0, w); b1 = TLanes.MultiplyAddLower(b1, x1, w); b2 = TLanes.MultiplyAddLower(b2, x2, w);
            beside.Step();
            w = TLanes.All(first[2 * row]);
            c0 = TLanes.MultiplyAddLower(c0, x0, w); c1 = TLanes.MultiplyAddLower(c1, x1, w); c2 = TLanes.MultiplyAddLower(c2, x2, w);
            w = TLanes.All(first[3 * row]);
            d0 = TLanes.MultiplyAddLower(d0, x0, w); d1 = TLanes.MultiplyAddLower(d1, x1, w); d2 = TLanes.MultiplyAddLower(d2, x2, w);
        }

        int quarter = n / 4;
        TLanes.Store(a0, default, to); TLanes.Store(a1, default, to + quarter); TLanes.Store(a2, default, to + 2 * quarter); to += tile;
        TLanes.Store(b0, default, to); TLanes.Store(b1, default, to + quarter); TLanes.Store(b2, default, to + 2 * quarter); to += tile;
        TLanes.Store(c0, default, to); TLanes.Store(c1, default, to + quarter); TLanes.Store(c2, default, to + 2 * quarter); to += tile;
        TLanes.Store(d0, default, to); TLanes.Store(d1, default, to + quarter); TLanes.Store(d2, default, to + 2 * quarter);
        return beside;
    }

    /// <summary>Four rows by two vectors, whose weights the three vectors before have read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TwoVectors<TLanes, TBytes, TWeights, TSums>(int* first, byte* x, int tile, int* to)
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
    {
        int n = TLanes.Tokens;
        nint row = quadsPerRow, step = 4 * tile;
        TSums a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (int* end = first + row; first < end; first++, x += step)
        {
            TBytes x0 = TLanes.Load(x), x1 = TLanes.Load(x + n);
            TWeights w = TLanes.All(*first);
            a0 = TLanes.MultiplyAddLower(a0, x0, w); a1 = TLanes.MultiplyAddLower(a1, x1, w);
            w = TLanes.All(first[row]);
            b0 = TLanes.MultiplyAddLower(b0, x0, w); b1 = TLanes.MultiplyAddLower(b1, x1, w);
            w = TLanes.All(first[2 * row]);
            c0 = TLanes.MultiplyAddLower(c0, x0, w); c1 = TLanes.MultiplyAddLower(c1, x1, w);
            w = TLanes.All(first[3 * row]);
            d0 = TLanes.MultiplyAddLower(d0, x0, w); d1 = TLanes.MultiplyAddLower(d1, x1, w);
        }

        int quarter = n / 4;
        TLanes.Store(a0, default, to); TLanes.Store(a1, default, to + quarter); to += tile;
        TLanes.Store(b0, default, to); TLanes.Store(b1, default, to + quarter); to += tile;
        TLanes.Store(c0, default, to); TLanes.Store(c1, default, to + quarter); to += tile;
        TLanes.Store(d0, default, to); TLanes.Store(d1, default, to + quarter);
    }

    /// <summary>Six rows by the two vectors of a small tile: eight loads to twelve multiply-adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SixRows<TLanes, TBytes, TWeights, TSums>(int* first, int tile, int* to)
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
    {
        int n = TLanes.Tokens;
        nint row = quadsPerRow, step = 4 * tile;
        TSums a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        int* fourth = first + 3 * row, ahead = first + Prefetch.Distance / sizeof(int);
        byte* x = columns;
        for (int* end = first + row; first < end; first++, fourth++, ahead += RowsOfPairs, x += step)
        {
            Prefetch.Line(ahead);
            TBytes x0 = TLanes.Load(x), x1 = TLanes.Load(x + n);
            TWeights w = TLanes.All(*first);
            a0 = TLanes.MultiplyAddLower(a0, x0, w); a1 = TLanes.MultiplyAddLower(a1, x1, w);
            w = TLanes.All(first[row]);
            b0 = TLanes.MultiplyAddLower(b0, x0, w); b1 = TLanes.MultiplyAddLower(b1, x1, w);
            w = TLanes.All(first[2 * row]);
            c0 = TLanes.MultiplyAddLower(c0, x0, w); c1 = TLanes.MultiplyAddLower(c1, x1, w);
            w = TLanes.All(*fourth);
            d0 = TLanes.MultiplyAddLower(d0, x0, w); d1 = TLanes.MultiplyAddLower(d1, x1, w);
            w = TLanes.All(fourth[row]);
            e0 = TLanes.MultiplyAddLower(e0, x0, w); e1 = TLanes.MultiplyAddLower(e1, x1, w);
            w = TLanes.All(fourth[2 * row]);
            f0 = TLanes.MultiplyAddLower(f0, x0, w); f1 = TLanes.MultiplyAddLower(f1, x1, w);
        }

        int quarter = n / 4;
        TLanes.Store(a0, default, to); TLanes.Store(a1, default, to + quarter); to += tile;
        TLanes.Store(b0, default, to); TLanes.Store(b1, default, to + quarter); to += tile;
        TLanes.Store(c0, default, to); TLanes.Store(c1, default, to + quarter); to += tile;
        TLanes.Store(d0, default, to); TLanes.Store(d1, default, to + quarter); to += tile;
        TLanes.Store(e0, default, to); TLanes.Store(e1, default, to + quarter); to += tile;
        TLanes.Store(f0, default, to); TLanes.Store(f1, default, to + quarter);
    }

    /// <param name="firstRow">The row to begin with.</param>
    /// <param name="x">The tokens' part of the interleaved columns.</param>
    /// <param name="to">The tokens' part of the sums.</param>
    /// <param name="tile">Tokens of the whole tile.</param>
    private void Multiply<TLanes, TBytes, TWeights, TSums>(int firstRow, byte* x, int* to, int tile)
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
    {
        int row = firstRow;
        for (; row + 2 <= rows; row += 2)
            TwoRows<TLanes, TBytes, TWeights, TSums>(quads + row * quadsPerRow, quads + (row + 1) * quadsPerRow, x, 4 * tile, to + row * tile, to + (row + 1) * tile);
        if (row < rows)
        {
            int* last = quads + row * quadsPerRow;
            TwoRows<TLanes, TBytes, TWeights, TSums>(last, last, x, 4 * tile, to + row * tile, to + row * tile);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TwoRows<TLanes, TBytes, TWeights, TSums>(int* first, int* second, byte* x, nint step, int* firstSums, int* secondSums)
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
    {
        int n = TLanes.Tokens;
        TSums a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        int* ahead = first + Prefetch.Distance / sizeof(int);
        for (int* end = first + quadsPerRow; first < end; first++, second++, ahead += 2, x += step)
        {
            Prefetch.Line(ahead);
            TWeights v = TLanes.All(*first), w = TLanes.All(*second);
            TBytes quad = TLanes.Load(x);
            a0 = TLanes.MultiplyAddLower(a0, quad, v);
            b0 = TLanes.MultiplyAddLower(b0, quad, w);
            quad = TLanes.Load(x + n);
            a1 = TLanes.MultiplyAddLower(a1, quad, v);
            b1 = TLanes.MultiplyAddLower(b1, quad, w);
            quad = TLanes.Load(x + 2 * n);
            a2 = TLanes.MultiplyAddLower(a2, quad, v);
            b2 = TLanes.MultiplyAddLower(b2, quad, w);
            quad = TLanes.Load(x + 3 * n);
            a3 = TLanes.MultiplyAddLower(a3, quad, v);
            b3 = TLanes.MultiplyAddLower(b3, quad, w);
        }

        int quarter = n / 4;
        TLanes.Store(a0, default, firstSums);
        TLanes.Store(a1, default, firstSums + quarter);
        TLanes.Store(a2, default, firstSums + 2 * quarter);
        TLanes.Store(a3, default, firstSums + 3 * quarter);
        TLanes.Store(b0, default, secondSums);
        TLanes.Store(b1, default, secondSums + quarter);
        TLanes.Store(b2, default, secondSums + 2 * quarter);
        TLanes.Store(b3, default, secondSums + 3 * quarter);
    }
}
