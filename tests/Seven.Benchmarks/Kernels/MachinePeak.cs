using System.Runtime.CompilerServices;
using Seven.Numerics;
using Seven.Numerics.Simd;

namespace Seven.Benchmarks.Kernels;

/// <summary>Multiply-adds a second of one thread: with all operands in registers, and with one of them loaded from the first-level cache each time.</summary>
internal sealed unsafe class MachinePeak
{
    private const int Repetitions = 1 << 22;
    private const int BufferRows = 128;

    public double InRegisters { get; } = Best(fromCache: false);

    public double FromCache { get; } = Best(fromCache: true);

    private static double Best(bool fromCache)
    {
        double best = 0;
        for (int i = 0; i < 7; i++)
        {
            var job = new Job(fromCache, new Arena().Take(BufferRows, 64), new double[1]);
            double seconds = Measurement.MedianSeconds(1, () => SimdWidth.Run(job));
            best = Math.Max(best, job.ProductsOfRun[0] / seconds);
        }

        return best;
    }

    private readonly struct Job(bool fromCache, Matrix buffer, double[] productsOfRun) : ISimdJob
    {
        public double[] ProductsOfRun => productsOfRun;

        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            productsOfRun[0] = 8.0 * TSimd.Count * Repetitions;
            buffer.Clear();
            if (fromCache)
                Load<TSimd, TVector>(buffer.Address(0, 0));
            else
                Compute<TSimd, TVector>(buffer.Address(0, 0));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Compute<TSimd, TVector>(float* p)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector v = TSimd.Load(p), w = TSimd.Load(p + 64);
            TVector a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
            for (int i = 0; i < Repetitions; i++)
            {
                a = TSimd.MultiplyAdd(v, w, a); b = TSimd.MultiplyAdd(v, w, b); c = TSimd.MultiplyAdd(v, w, c); d = TSimd.MultiplyAdd(v, w, d);
                e = TSimd.MultiplyAdd(v, w, e); f = TSimd.MultiplyAdd(v, w, f); g = TSimd.MultiplyAdd(v, w, g); h = TSimd.MultiplyAdd(v, w, h);
            }

            TSimd.Store(TSimd.Add(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), TSimd.Add(TSimd.Add(e, f), TSimd.Add(g, h))), p);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Load<TSimd, TVector>(float* start)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            int n = TSimd.Count;
            TVector v = TSimd.Load(start);
            TVector a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
            for (int i = 0; i < Repetitions; i += BufferRows / 2)
            {
                float* end = start + BufferRows * 4 * n;
                for (float* p = start; p < end; p += 8 * n)
                {
                    a = TSimd.MultiplyAdd(v, TSimd.Load(p), a); b = TSimd.MultiplyAdd(v, TSimd.Load(p + n), b);
                    c = TSimd.MultiplyAdd(v, TSimd.Load(p + 2 * n), c); d = TSimd.MultiplyAdd(v, TSimd.Load(p + 3 * n), d);
                    e = TSimd.MultiplyAdd(v, TSimd.Load(p + 4 * n), e); f = TSimd.MultiplyAdd(v, TSimd.Load(p + 5 * n), f);
                    g = TSimd.MultiplyAdd(v, TSimd.Load(p + 6 * n), g); h = TSimd.MultiplyAdd(v, TSimd.Load(p + 7 * n), h);
                }
            }

            TSimd.Store(TSimd.Add(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), TSimd.Add(TSimd.Add(e, f), TSimd.Add(g, h))), start);
        }
    }
}
