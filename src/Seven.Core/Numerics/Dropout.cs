using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Numerics;

/// <summary>One dropout layer's random choices in one training step.</summary>
/// <remarks>Each choice is a hash of the seed, the layer and the element, so the backward pass makes the same ones again
/// without a stored mask, on any number of threads, and a resumed run repeats them.</remarks>
/// <param name="Rate">Share of elements set to zero; the others grow by 1 / (1 - rate).</param>
/// <param name="Key">Seed of this layer's choices in this step.</param>
internal readonly unsafe record struct Dropout(float Rate, uint Key)
{
    public static Dropout None => default;

    /// <summary>values := values with some dropped and the others scaled; the gradient's rule is the same.</summary>
    public void Apply(Matrix values, Workers workers)
    {
        if (Rate == 0)
            return;
        var (rate, key) = (Rate, Key);
        workers.For(values.Rows, 4, (start, end) =>
        {
            for (int row = start; row < end; row++)
                SimdWidth.Run(new Job(values.Address(row, 0), values.Columns, (uint)(row * values.Columns), rate, key));
        });
    }

    private readonly struct Job(float* values, int count, uint firstIndex, float rate, uint key) : ISimdJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var address = (nint)values;
            TVector scale = TSimd.All(1f / (1f - rate));
            TVector threshold = TSimd.All(rate);
            for (int i = 0; i < count; i += TSimd.Count)
            {
                TVector chance = TSimd.UniformHash(firstIndex + (uint)i, key);
                TVector kept = TSimd.Multiply(TSimd.Load((float*)address + i), scale);
                TSimd.Store(TSimd.SelectGreater(threshold, chance, default, kept), (float*)address + i);
            }
        }
    }
}
