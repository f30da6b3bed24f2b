using Seven.Numerics.Simd;

namespace Seven.Numerics.Sparse;

/// <summary>Multiplication by a sparse matrix, in time that is proportional to its kept weights.</summary>
/// <remarks>Every element is summed in the same order whatever the number of threads.</remarks>
internal static class SparseProduct
{
    /// <summary>Y += W · X, with W: [rows × columns], X: [columns × tokens], Y: [rows × tokens].</summary>
    public static void Add(SparseRows w, Matrix x, Matrix y, Workers workers)
    {
        if (w.Columns != x.Rows || y.Rows != w.Rows || y.Columns != x.Columns)
            throw new ArgumentException($"Cannot multiply [{w.Rows} × {w.Columns}] by [{x.Rows} × {x.Columns}] into [{y.Rows} × {y.Columns}].");
        SimdWidth.Run(new Job(w, x, y, workers));
    }

    private readonly struct Job(SparseRows w, Matrix x, Matrix y, Workers workers) : ISimdJob
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            SparseBlocks<TSimd, TVector>.Run(w, x, y, workers);
    }
}
