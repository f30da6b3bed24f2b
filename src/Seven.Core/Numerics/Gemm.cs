using Seven.Numerics.Simd;

namespace Seven.Numerics;

/// <summary>Dense matrix multiplication, in the three forms that a layer needs: forward, input gradient, weight gradient.</summary>
/// <remarks>Every element of the result is summed in the same order whatever the number of threads.</remarks>
internal static class Gemm
{
    /// <summary>C = (C +) A · B, with A: [m × k], B: [k × n], C: [m × n].</summary>
    public static void Product(Matrix a, Matrix b, Matrix c, bool accumulate, Workers workers) =>
        Run(new GemmTask(a, TransposeA: false, b, TransposeB: false, c, accumulate), workers);

    /// <summary>C = (C +) Aᵀ · B, with A: [k × m], B: [k × n], C: [m × n].</summary>
    public static void TransposedProduct(Matrix a, Matrix b, Matrix c, bool accumulate, Workers workers) =>
        Run(new GemmTask(a, TransposeA: true, b, TransposeB: false, c, accumulate), workers);

    /// <summary>C = (C +) A · Bᵀ, with A: [m × k], B: [n × k], C: [m × n].</summary>
    public static void OuterProduct(Matrix a, Matrix b, Matrix c, bool accumulate, Workers workers) =>
        Run(new GemmTask(a, TransposeA: false, b, TransposeB: true, c, accumulate), workers);

    private static void Run(GemmTask task, Workers workers)
    {
        task.CheckShapes();
        SimdWidth.Run(new Job(task, workers));
    }

    private readonly struct Job(GemmTask task, Workers workers) : ISimdJob
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            GemmBlocks<TSimd, TVector>.Run(task, workers);
    }
}
