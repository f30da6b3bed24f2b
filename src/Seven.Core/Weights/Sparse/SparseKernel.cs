using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Weights.Sparse;

/// <summary>The innermost loops of W · X for a sparse W: a kept weight is one multiply-add over up to four vectors of tokens.</summary>
/// <remarks>
/// Each multiply-add loads its own vector of X, and each weight is loaded once for four of them: five loads to four multiply-adds, so loads are the floor.
/// Two sets of sums hide the latency of the multiply-adds.
/// </remarks>
internal static unsafe class SparseKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Y[rows × 4 vectors] += W · X, of one block of columns.</summary>
    /// <param name="starts">Of each row in the order in which they lie, and one past the last, the place of its first value.</param>
    /// <param name="order">Of each of them its row of Y.</param>
    /// <param name="places">Of each value its column, times <see cref="SparsePattern.PlacesPerColumn"/>.</param>
    /// <param name="values">The kept values.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="x">[columns × 4 vectors], without gaps.</param>
    /// <param name="firstOfY">The row of Y with number 0, [rows × 4 vectors].</param>
    /// <param name="strideOfY">Floats from one row of Y to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourVectors(int* starts, int* order, ushort* places, float* values, int rows, float* x, float* firstOfY, nint strideOfY)
    {
        int n = TSimd.Count;
        for (int row = 0; row < rows; row++)
        {
            int k = starts[row], end = starts[row + 1];
            if (k == end)
                continue;
            PrefetchFrom(places, values, k);
            float* y = firstOfY + order[row] * strideOfY;
            TVector a0 = TSimd.Load(y), a1 = TSimd.Load(y + n), a2 = TSimd.Load(y + 2 * n), a3 = TSimd.Load(y + 3 * n);
            TVector b0 = default, b1 = default, b2 = default, b3 = default;
            for (; k + 2 <= end; k += 2)
            {
                float* p = At(x, places[k], 4), q = At(x, places[k + 1], 4);
                TVector v = TSimd.All(values[k]), w = TSimd.All(values[k + 1]);
                a0 = TSimd.MultiplyAdd(v, TSimd.Load(p), a0); a1 = TSimd.MultiplyAdd(v, TSimd.Load(p + n), a1);
                a2 = TSimd.MultiplyAdd(v, TSimd.Load(p + 2 * n), a2); a3 = TSimd.MultiplyAdd(v, TSimd.Load(p + 3 * n), a3);
                b0 = TSimd.MultiplyAdd(w, TSimd.Load(q), b0); b1 = TSimd.MultiplyAdd(w, TSimd.Load(q + n), b1);
                b2 = TSimd.MultiplyAdd(w, TSimd.Load(q + 2 * n), b2); b3 = TSimd.MultiplyAdd(w, TSimd.Load(q + 3 * n), b3);
            }

            if (k < end)
            {
                float* p = At(x, places[k], 4);
                TVector v = TSimd.All(values[k]);
                a0 = TSimd.MultiplyAdd(v, TSimd.Load(p), a0); a1 = TSimd.MultiplyAdd(v, TSimd.Load(p + n), a1);
                a2 = TSimd.MultiplyAdd(v, TSimd.Load(p + 2 * n), a2); a3 = TSimd.MultiplyAdd(v, TSimd.Load(p + 3 * n), a3);
            }

            TSimd.Store(TSimd.Add(a0, b0), y); TSimd.Store(TSimd.Add(a1, b1), y + n);
            TSimd.Store(TSimd.Add(a2, b2), y + 2 * n); TSimd.Store(TSimd.Add(a3, b3), y + 3 * n);
        }
    }

    /// <summary>The same for two vectors of tokens, a short sentence: four weights at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoVectors(int* starts, int* order, ushort* places, float* values, int rows, float* x, float* firstOfY, nint strideOfY)
    {
        int n = TSimd.Count;
        for (int row = 0; row < rows; row++)
        {
            int k = starts[row], end = starts[row + 1];
            if (k == end)
                continue;
            PrefetchFrom(places, values, k);
            float* y = firstOfY + order[row] * strideOfY;
            TVector a0 = TSimd.Load(y), a1 = TSimd.Load(y + n);
            TVector b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            for (; k + 4 <= end; k += 4)
            {
                float* p = At(x, places[k], 2), q = At(x, places[k + 1], 2), r = At(x, places[k + 2], 2), s = At(x, places[k + 3], 2);
                TVector v = TSimd.All(values[k]);
                a0 = TSimd.MultiplyAdd(v, TSimd.Load(p), a0); a1 = TSimd.MultiplyAdd(v, TSimd.Load(p + n), a1);
                v = TSimd.All(values[k + 1]);
                b0 = TSimd.MultiplyAdd(v, TSimd.Load(q), b0); b1 = TSimd.MultiplyAdd(v, TSimd.Load(q + n), b1);
                v = TSimd.All(values[k + 2]);
                c0 = TSimd.MultiplyAdd(v, TSimd.Load(r), c0); c1 = TSimd.MultiplyAdd(v, TSimd.Load(r + n), c1);
                v = TSimd.All(values[k + 3]);
                d0 = TSimd.MultiplyAdd(v, TSimd.Load(s), d0); d1 = TSimd.MultiplyAdd(v, TSimd.Load(s + n), d1);
            }

            if (k + 2 <= end)
            {
                float* p = At(x, places[k], 2), q = At(x, places[k + 1], 2);
                TVector v = TSimd.All(values[k]), w = TSimd.All(values[k + 1]);
                a0 = TSimd.MultiplyAdd(v, TSimd.Load(p), a0); a1 = TSimd.MultiplyAdd(v, TSimd.Load(p + n), a1);
                b0 = TSimd.MultiplyAdd(w, TSimd.Load(q), b0); b1 = TSimd.MultiplyAdd(w, TSimd.Load(q + n), b1);
                k += 2;
            }

            if (k < end)
            {
                float* p = At(x, places[k], 2);
                TVector v = TSimd.All(values[k]);
                c0 = TSimd.MultiplyAdd(v, TSimd.Load(p), c0); c1 = TSimd.MultiplyAdd(v, TSimd.Load(p + n), c1);
            }

            TSimd.Store(TSimd.Add(TSimd.Add(a0, b0), TSimd.Add(c0, d0)), y);
            TSimd.Store(TSimd.Add(TSimd.Add(a1, b1), TSimd.Add(c1, d1)), y + n);
        }
    }

    /// <summary>The same for one vector of tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneVector(int* starts, int* order, ushort* places, float* values, int rows, float* x, float* firstOfY, nint strideOfY)
    {
        int n = TSimd.Count;
        for (int row = 0; row < rows; row++)
        {
            int k = starts[row], end = starts[row + 1];
            if (k == end)
                continue;
            PrefetchFrom(places, values, k);
            float* y = firstOfY + order[row] * strideOfY;
            TVector a = TSimd.Load(y), b = default, c = default, d = default;
            for (; k + 4 <= end; k += 4)
            {
                a = TSimd.MultiplyAdd(TSimd.All(values[k]), TSimd.Load(At(x, places[k], 1)), a);
                b = TSimd.MultiplyAdd(TSimd.All(values[k + 1]), TSimd.Load(At(x, places[k + 1], 1)), b);
                c = TSimd.MultiplyAdd(TSimd.All(values[k + 2]), TSimd.Load(At(x, places[k + 2], 1)), c);
                d = TSimd.MultiplyAdd(TSimd.All(values[k + 3]), TSimd.Load(At(x, places[k + 3], 1)), d);
            }

            for (; k < end; k++)
                a = TSimd.MultiplyAdd(TSimd.All(values[k]), TSimd.Load(At(x, places[k], 1)), a);
            TSimd.Store(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), y);
        }
    }

    /// <summary>Asks for weights some rows ahead, once a row: more than a row seldom fills a cache line of places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchFrom(ushort* places, float* values, int k)
    {
        Prefetch.Line(values + k + Prefetch.Distance / sizeof(float));
        Prefetch.Line(places + k + Prefetch.Distance / sizeof(float));
    }

    /// <summary>A column's activations, so many vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float* At(float* x, ushort place, int vectors)
    {
        int bytes = vectors * TSimd.Count * sizeof(float);
        return (float*)((byte*)x + (bytes >= SparsePattern.PlacesPerColumn ? (nuint)place * (nuint)(bytes / SparsePattern.PlacesPerColumn) : (nuint)place / (nuint)(SparsePattern.PlacesPerColumn / bytes)));
    }
}
