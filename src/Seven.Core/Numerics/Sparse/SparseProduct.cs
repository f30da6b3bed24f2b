using Seven.Numerics.Simd;

namespace Seven.Numerics.Sparse;

/// <summary>Multiplication with a sparse matrix, in time that is proportional to its kept weights.</summary>
/// <remarks>Every element is summed in the same order whatever the number of threads.</remarks>
internal static class SparseProduct
{
    /// <summary>Y += W · X, with W: [rows × columns], X: [columns × tokens], Y: [rows × tokens].</summary>
    public static void Add(SparseRows w, Matrix x, Matrix y, Workers workers)
    {
        CheckShapes(w.Pattern, x, y);
        SimdWidth.Run(new Product(w, x, y, workers));
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

    private readonly struct Product(SparseRows w, Matrix x, Matrix y, Workers workers) : ISimdJob
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            SparseBlocks<TSimd, TVector>.Run(w, x, y, workers);
    }

    private readonly struct Outer(SparsePattern pattern, Matrix x, Matrix dy, float[] dw, Workers workers) : ISimdJob
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            SparseOuterBlocks<TSimd, TVector>.Run(pattern, x, dy, dw, workers);
    }
}
