using Seven.Numerics;
using Seven.Numerics.Simd;

namespace Seven.Weights.Sparse;

/// <summary>Multiplication with a sparse matrix, in time that is proportional to its kept weights.</summary>
/// <remarks>Every element is summed in the same order whatever the number of threads.</remarks>
internal static class SparseProduct
{
    /// <summary>Y = W · X + b, with W: [rows × columns], X: [columns × tokens], Y: [rows × tokens].</summary>
    /// <param name="w">W.</param>
    /// <param name="x">X.</param>
    /// <param name="bias">b, [rows], added to each token; none for zeros.</param>
    /// <param name="y">Y.</param>
    /// <param name="workers">The threads.</param>
    public static void Multiply(SparseRows w, Matrix x, ReadOnlyMemory<float> bias, Matrix y, Workers workers)
    {
        CheckShapes(w.Pattern, x, y);
        if (!bias.IsEmpty)
            Require.SameLength(bias.Length, w.Rows, nameof(bias));
        SimdWidth.Run(new Product(new SparseTask(w, x, bias, y), workers));
    }

    /// <summary>dW += dY · Xᵀ where W is kept, with X: [columns × tokens], dY: [rows × tokens], dW in the pattern's order.</summary>
    public static void AddOuter(SparsePattern pattern, Matrix x, Matrix dy, float[] dw, Workers workers)
    {
        CheckShapes(pattern, x, dy);
        if (dw.Length < pattern.Kept)
            throw new ArgumentException($"The gradient has {dw.Length} places; expected one for each of {pattern.Kept} kept weights.");
        SimdWidth.Run(new Outer(pattern, x, dy, dw, workers));
    }

    private static void CheckShapes(SparsePattern w, Matrix x, Matrix y)
    {
        if (w.Columns != x.Rows || y.Rows != w.Rows || y.Columns != x.Columns)
            throw new ArgumentException($"Cannot multiply [{w.Rows} × {w.Columns}] by [{x.Rows} × {x.Columns}] into [{y.Rows} × {y.Columns}].");
    }

    private readonly struct Product(SparseTask task, Workers workers) : ISimdJob
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            SparseBlocks<TSimd, TVector>.Run(task, workers);
    }

    private readonly struct Outer(SparsePattern pattern, Matrix x, Matrix dy, float[] dw, Workers workers) : ISimdJob
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            SparseOuterBlocks<TSimd, TVector>.Run(pattern, x, dy, dw, workers);
    }
}
