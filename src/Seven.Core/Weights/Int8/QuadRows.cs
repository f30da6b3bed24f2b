using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Weights.Int8;

/// <summary>Rows of weights multiplied by columns that are interleaved already: two rows at a time share the loads.</summary>
/// <param name="quads">The rows' weights, fours of them in each integer, [rows × quadsPerRow].</param>
/// <param name="rows">Their number.</param>
/// <param name="quadsPerRow">Fours of weights of a row.</param>
/// <param name="columns">Interleaved activations, [quadsPerRow × 4 · tile].</param>
/// <param name="sums">[rows × tile].</param>
internal readonly unsafe struct QuadRows(int* quads, int rows, int quadsPerRow, byte* columns, int* sums) : IByteJob
{
    public void Run<TLanes, TBytes, TWeights, TSums>()
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
    {
        int row = 0;
        for (; row + 2 <= rows; row += 2)
            TwoRows<TLanes, TBytes, TWeights, TSums>(quads + row * quadsPerRow, quads + (row + 1) * quadsPerRow, sums + row * TLanes.Tokens, sums + (row + 1) * TLanes.Tokens);
        if (row < rows)
        {
            int* last = quads + row * quadsPerRow, to = sums + row * TLanes.Tokens;
            TwoRows<TLanes, TBytes, TWeights, TSums>(last, last, to, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TwoRows<TLanes, TBytes, TWeights, TSums>(int* first, int* second, int* firstSums, int* secondSums)
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
    {
        int n = TLanes.Tokens;
        byte* x = columns;
        TSums a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        TSums c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        for (int* end = first + quadsPerRow; first < end; first++, second++, x += 4 * n)
        {
            TWeights v = TLanes.All(*first), w = TLanes.All(*second);
            TBytes quad = TLanes.Load(x);
            a0 = TLanes.MultiplyAddLower(a0, quad, v); c0 = TLanes.MultiplyAddUpper(c0, quad, v);
            b0 = TLanes.MultiplyAddLower(b0, quad, w); d0 = TLanes.MultiplyAddUpper(d0, quad, w);
            quad = TLanes.Load(x + n);
            a1 = TLanes.MultiplyAddLower(a1, quad, v); c1 = TLanes.MultiplyAddUpper(c1, quad, v);
            b1 = TLanes.MultiplyAddLower(b1, quad, w); d1 = TLanes.MultiplyAddUpper(d1, quad, w);
            quad = TLanes.Load(x + 2 * n);
            a2 = TLanes.MultiplyAddLower(a2, quad, v); c2 = TLanes.MultiplyAddUpper(c2, quad, v);
            b2 = TLanes.MultiplyAddLower(b2, quad, w); d2 = TLanes.MultiplyAddUpper(d2, quad, w);
            quad = TLanes.Load(x + 3 * n);
            a3 = TLanes.MultiplyAddLower(a3, quad, v); c3 = TLanes.MultiplyAddUpper(c3, quad, v);
            b3 = TLanes.MultiplyAddLower(b3, quad, w); d3 = TLanes.MultiplyAddUpper(d3, quad, w);
        }

        int quarter = n / 4;
        TLanes.Store(a0, c0, firstSums);
        TLanes.Store(a1, c1, firstSums + quarter);
        TLanes.Store(a2, c2, firstSums + 2 * quarter);
        TLanes.Store(a3, c3, firstSums + 3 * quarter);
        TLanes.Store(b0, d0, secondSums);
        TLanes.Store(b1, d1, secondSums + quarter);
        TLanes.Store(b2, d2, secondSums + 2 * quarter);
        TLanes.Store(b3, d3, secondSums + 3 * quarter);
    }
}
