using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Numerics;

/// <summary>The innermost loops of matrix multiplication: one tile of C, six rows high, kept in registers.</summary>
/// <remarks>Six rows of four vectors fill 24 of AVX-512's 32 registers, six of two fill 12 of AVX2's 16; each step
/// loads one row of B once and broadcasts six values of A. A reads in place, rows <c>lda</c> and columns <c>step</c> apart; B comes packed.</remarks>
internal static unsafe class GemmKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public const int Rows = 6;

    /// <summary>C[6 × 4 vectors] = (C +) A[6 × depth] · B[depth × 4 vectors].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourVectors(float* a, int lda, int step, float* b, int depth, float* c, int ldc, bool accumulate)
    {
        int n = TSimd.Count;
        TVector c00 = default, c01 = default, c02 = default, c03 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default;
        TVector c20 = default, c21 = default, c22 = default, c23 = default;
        TVector c30 = default, c31 = default, c32 = default, c33 = default;
        TVector c40 = default, c41 = default, c42 = default, c43 = default;
        TVector c50 = default, c51 = default, c52 = default, c53 = default;
        float* a0 = a, a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda, a4 = a3 + lda, a5 = a4 + lda;
        nint end = (nint)depth * step, asked = step == 1 ? 0 : -1;
        for (nint k = 0; k < end; k += step)
        {
            if (k == asked)
                asked = AskForNextRows(a0 + k, lda, k);
            TVector b0 = TSimd.Load(b), b1 = TSimd.Load(b + n), b2 = TSimd.Load(b + 2 * n), b3 = TSimd.Load(b + 3 * n);
            TVector w = TSimd.All(a0[k]);
            c00 = TSimd.MultiplyAdd(w, b0, c00); c01 = TSimd.MultiplyAdd(w, b1, c01); c02 = TSimd.MultiplyAdd(w, b2, c02); c03 = TSimd.MultiplyAdd(w, b3, c03);
            w = TSimd.All(a1[k]);
            c10 = TSimd.MultiplyAdd(w, b0, c10); c11 = TSimd.MultiplyAdd(w, b1, c11); c12 = TSimd.MultiplyAdd(w, b2, c12); c13 = TSimd.MultiplyAdd(w, b3, c13);
            w = TSimd.All(a2[k]);
            c20 = TSimd.MultiplyAdd(w, b0, c20); c21 = TSimd.MultiplyAdd(w, b1, c21); c22 = TSimd.MultiplyAdd(w, b2, c22); c23 = TSimd.MultiplyAdd(w, b3, c23);
            w = TSimd.All(a3[k]);
            c30 = TSimd.MultiplyAdd(w, b0, c30); c31 = TSimd.MultiplyAdd(w, b1, c31); c32 = TSimd.MultiplyAdd(w, b2, c32); c33 = TSimd.MultiplyAdd(w, b3, c33);
            w = TSimd.All(a4[k]);
            c40 = TSimd.MultiplyAdd(w, b0, c40); c41 = TSimd.MultiplyAdd(w, b1, c41); c42 = TSimd.MultiplyAdd(w, b2, c42); c43 = TSimd.MultiplyAdd(w, b3, c43);
            w = TSimd.All(a5[k]);
            c50 = TSimd.MultiplyAdd(w, b0, c50); c51 = TSimd.MultiplyAdd(w, b1, c51); c52 = TSimd.MultiplyAdd(w, b2, c52); c53 = TSimd.MultiplyAdd(w, b3, c53);
            b += 4 * n;
        }

        Put(c, c00, c01, accumulate); Put(c + 2 * n, c02, c03, accumulate); c += ldc;
        Put(c, c10, c11, accumulate); Put(c + 2 * n, c12, c13, accumulate); c += ldc;
        Put(c, c20, c21, accumulate); Put(c + 2 * n, c22, c23, accumulate); c += ldc;
        Put(c, c30, c31, accumulate); Put(c + 2 * n, c32, c33, accumulate); c += ldc;
        Put(c, c40, c41, accumulate); Put(c + 2 * n, c42, c43, accumulate); c += ldc;
        Put(c, c50, c51, accumulate); Put(c + 2 * n, c52, c53, accumulate);
    }

    /// <summary>C[6 × 2 vectors] = (C +) A[6 × depth] · B[depth × 2 vectors].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoVectors(float* a, int lda, int step, float* b, int depth, float* c, int ldc, bool accumulate)
    {
        int n = TSimd.Count;
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TVector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        float* a0 = a, a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda, a4 = a3 + lda, a5 = a4 + lda;
        nint end = (nint)depth * step, asked = step == 1 ? 0 : -1;
        for (nint k = 0; k < end; k += step)
        {
            if (k == asked)
                asked = AskForNextRows(a0 + k, lda, k);
            TVector b0 = TSimd.Load(b), b1 = TSimd.Load(b + n);
            TVector w = TSimd.All(a0[k]);
            c00 = TSimd.MultiplyAdd(w, b0, c00); c01 = TSimd.MultiplyAdd(w, b1, c01);
            w = TSimd.All(a1[k]);
            c10 = TSimd.MultiplyAdd(w, b0, c10); c11 = TSimd.MultiplyAdd(w, b1, c11);
            w = TSimd.All(a2[k]);
            c20 = TSimd.MultiplyAdd(w, b0, c20); c21 = TSimd.MultiplyAdd(w, b1, c21);
            w = TSimd.All(a3[k]);
            c30 = TSimd.MultiplyAdd(w, b0, c30); c31 = TSimd.MultiplyAdd(w, b1, c31);
            w = TSimd.All(a4[k]);
            c40 = TSimd.MultiplyAdd(w, b0, c40); c41 = TSimd.MultiplyAdd(w, b1, c41);
            w = TSimd.All(a5[k]);
            c50 = TSimd.MultiplyAdd(w, b0, c50); c51 = TSimd.MultiplyAdd(w, b1, c51);
            b += 2 * n;
        }

        Put(c, c00, c01, accumulate); c += ldc;
        Put(c, c10, c11, accumulate); c += ldc;
        Put(c, c20, c21, accumulate); c += ldc;
        Put(c, c30, c31, accumulate); c += ldc;
        Put(c, c40, c41, accumulate); c += ldc;
        Put(c, c50, c51, accumulate);
    }

    /// <summary>C[6 × 1 vector] = (C +) A[6 × depth] · B[depth × 1 vector], for what is left of the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneVector(float* a, int lda, int step, float* b, int depth, float* c, int ldc, bool accumulate)
    {
        TVector c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        float* a0 = a, a1 = a + lda, a2 = a1 + lda, a3 = a2 + lda, a4 = a3 + lda, a5 = a4 + lda;
        nint end = (nint)depth * step, asked = step == 1 ? 0 : -1;
        for (nint k = 0; k < end; k += step)
        {
            if (k == asked)
                asked = AskForNextRows(a0 + k, lda, k);
            TVector b0 = TSimd.Load(b);
            c0 = TSimd.MultiplyAdd(TSimd.All(a0[k]), b0, c0);
            c1 = TSimd.MultiplyAdd(TSimd.All(a1[k]), b0, c1);
            c2 = TSimd.MultiplyAdd(TSimd.All(a2[k]), b0, c2);
            c3 = TSimd.MultiplyAdd(TSimd.All(a3[k]), b0, c3);
            c4 = TSimd.MultiplyAdd(TSimd.All(a4[k]), b0, c4);
            c5 = TSimd.MultiplyAdd(TSimd.All(a5[k]), b0, c5);
            b += TSimd.Count;
        }

        Put(c, c0, accumulate);
        Put(c + ldc, c1, accumulate);
        Put(c + 2 * ldc, c2, accumulate);
        Put(c + 3 * ldc, c3, accumulate);
        Put(c + 4 * ldc, c4, accumulate);
        Put(c + 5 * ldc, c5, accumulate);
    }

    /// <summary>Asks for a cache line of each of the next six rows of A: with few columns it is read once, and comes no faster than it is asked for.</summary>
    /// <returns>The place at which to ask again.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint AskForNextRows(float* a, nint lda, nint k)
    {
        float* next = a + Rows * lda;
        for (int row = 0; row < Rows; row++, next += lda)
            Prefetch.Line(next);
        return k + Prefetch.LineBytes / sizeof(float);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, TVector left, TVector right, bool accumulate)
    {
        Put(c, left, accumulate);
        Put(c + TSimd.Count, right, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, TVector value, bool accumulate) =>
        TSimd.Store(accumulate ? TSimd.Add(TSimd.Load(c), value) : value, c);
}
