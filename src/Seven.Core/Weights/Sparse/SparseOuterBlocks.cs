using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Seven.Numerics;
using Seven.Numerics.Simd;

namespace Seven.Weights.Sparse;

/// <summary>dW += dY · Xᵀ at kept places only: each is the product of a row of dY with a row of X.</summary>
/// <remarks>Vectors run across tokens. A row's tile of dY stays in four registers; each kept weight loads its tile of X, and four weights' sums
/// are added up across their lanes at once.</remarks>
internal static unsafe class SparseOuterBlocks<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private static int Width => 4 * TSimd.Count;

    public static void Run(SparsePattern pattern, Matrix x, Matrix dy, float[] dw, Workers workers) =>
        workers.For(workers.Threads, grain: 1, new Rows(pattern, x, dy, dw, workers.Threads));

    private readonly struct Rows(SparsePattern pattern, Matrix x, Matrix dy, float[] dw, int parts) : IRangeJob
    {
        public void Run(int start, int end) => AddRows(pattern, x, dy, dw, pattern.FirstRowOf(start, parts), pattern.FirstRowOf(end, parts));
    }

    private static void AddRows(SparsePattern pattern, Matrix x, Matrix dy, float[] dw, int firstRow, int endRow)
    {
        var buffers = SparseBuffers.OfThisThread;
        for (int token = 0; token < x.Columns; token += Width)
        {
            int tokens = Math.Min(Width, x.Columns - token);
            for (int block = 0; block < pattern.Blocks; block++)
            {
                buffers.PackBlock(x, block, token, tokens, Width);
                AddBlock(pattern, block, firstRow, endRow, buffers, dy, token, tokens, dw);
            }
        }
    }

    private static void AddBlock(SparsePattern pattern, int block, int firstRow, int endRow, SparseBuffers buffers, Matrix dy, int token, int tokens, float[] dw)
    {
        fixed (int* starts = pattern.Starts(block), order = pattern.RowAt(block))
        fixed (ushort* places = pattern.Places)
        fixed (float* sums = dw)
        {
            if (tokens == Width)
            {
                AddTile(starts + firstRow, order + firstRow, places, endRow - firstRow, buffers.X, dy.Address(0, token), dy.Stride, sums);
                return;
            }

            // A tile that is not full is filled up with zeros, a group of rows at a time.
            for (int row = firstRow; row < endRow; row += pattern.GroupRows)
            {
                int rows = Math.Min(pattern.GroupRows, endRow - row);
                float* filled = buffers.Aside(rows);
                GemmPacking.Rows(dy.Address(row, token), dy.Stride, rows, tokens, Width, filled);
                AddTile(starts + row, order + row, places, rows, buffers.X, filled - (nint)row * Width, Width, sums);
            }
        }
    }

    /// <summary>dW += dY · Xᵀ over one tile of tokens, dY: [rows × 4 vectors], X: [block's columns × 4 vectors].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(int* starts, int* order, ushort* places, int rows, float* x, float* firstOfDy, nint strideOfDy, float* dw)
    {
        int n = TSimd.Count;
        for (int row = 0; row < rows; row++)
        {
            int k = starts[row], end = starts[row + 1];
            if (k == end)
                continue;
            float* dy = firstOfDy + order[row] * strideOfDy;
            TVector g0 = TSimd.Load(dy), g1 = TSimd.Load(dy + n), g2 = TSimd.Load(dy + 2 * n), g3 = TSimd.Load(dy + 3 * n);
            for (; k + 4 <= end; k += 4)
            {
                float* p = SparseKernel<TSimd, TVector>.At(x, places[k], 4), q = SparseKernel<TSimd, TVector>.At(x, places[k + 1], 4), r = SparseKernel<TSimd, TVector>.At(x, places[k + 2], 4), s = SparseKernel<TSimd, TVector>.At(x, places[k + 3], 4);
                var sums = TSimd.Sums(Dot(g0, g1, g2, g3, p), Dot(g0, g1, g2, g3, q), Dot(g0, g1, g2, g3, r), Dot(g0, g1, g2, g3, s));
                (Vector128.Load(dw + k) + sums).Store(dw + k);
            }

            if (k < end)
            {
                // Up to three that are left, the last one again in the place of those that are missing.
                int last = end - 1;
                var sums = TSimd.Sums(
                    Dot(g0, g1, g2, g3, SparseKernel<TSimd, TVector>.At(x, places[k], 4)), Dot(g0, g1, g2, g3, SparseKernel<TSimd, TVector>.At(x, places[Math.Min(k + 1, last)], 4)),
                    Dot(g0, g1, g2, g3, SparseKernel<TSimd, TVector>.At(x, places[last], 4)), default);
                for (int i = 0; k < end; i++, k++)
                    dw[k] += sums[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Dot(TVector g0, TVector g1, TVector g2, TVector g3, float* p)
    {
        TVector sum = TSimd.Multiply(g0, TSimd.Load(p));
        sum = TSimd.MultiplyAdd(g1, TSimd.Load(p + TSimd.Count), sum);
        sum = TSimd.MultiplyAdd(g2, TSimd.Load(p + 2 * TSimd.Count), sum);
        return TSimd.MultiplyAdd(g3, TSimd.Load(p + 3 * TSimd.Count), sum);
    }
}
