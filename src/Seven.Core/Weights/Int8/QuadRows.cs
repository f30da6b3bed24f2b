using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
        if (!TLanes.HasHalves)
        {
            Multiply<TLanes, TBytes, TWeights, TSums>(columns, sums, TLanes.Tokens);
            return;
        }

        // The registers of AVX-VNNI hold the sums of two rows for half a tile alone.
        Multiply<Bytes256, Vector256<byte>, Vector256<sbyte>, Vector256<int>>(columns, sums, TLanes.Tokens);
        Multiply<Bytes256, Vector256<byte>, Vector256<sbyte>, Vector256<int>>(columns + 2 * TLanes.Tokens, sums + TLanes.Tokens / 2, TLanes.Tokens);
    }

    /// <param name="x">The tokens' part of the interleaved columns.</param>
    /// <param name="to">The tokens' part of the sums.</param>
    /// <param name="tile">Tokens of the whole tile.</param>
    private void Multiply<TLanes, TBytes, TWeights, TSums>(byte* x, int* to, int tile)
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct
    {
        int row = 0;
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
