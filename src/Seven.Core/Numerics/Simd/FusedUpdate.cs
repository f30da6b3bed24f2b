using System.Runtime.CompilerServices;

namespace Seven.Numerics.Simd;

/// <summary>A step over two arrays that are read and three that are updated, element by element.</summary>
internal interface IFusedUpdate
{
    void Apply<TSimd, TVector>(TVector x, TVector y, ref TVector a, ref TVector b, ref TVector c)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

/// <summary>Runs a fused update: each array is read once and written once.</summary>
internal static unsafe class FusedUpdate
{
    public static void Run<TUpdate>(
        TUpdate update, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> a, Span<float> b, Span<float> c)
        where TUpdate : struct, IFusedUpdate
    {
        int count = a.Length;
        if (x.Length != count || y.Length != count || b.Length != count || c.Length != count)
            throw new ArgumentException($"Arrays of {x.Length}, {y.Length}, {count}, {b.Length} and {c.Length} values; expected equal lengths.");
        fixed (float* px = x, py = y, pa = a, pb = b, pc = c)
            SimdWidth.Run(new Job<TUpdate>(update, new Arrays(px, py, pa, pb, pc), count));
    }

    private readonly struct Arrays(float* x, float* y, float* a, float* b, float* c)
    {
        public readonly float* X = x, Y = y, A = a, B = b, C = c;
    }

    private readonly struct Job<TUpdate>(TUpdate update, Arrays arrays, int count) : ISimdJob
        where TUpdate : struct, IFusedUpdate
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TUpdate step = update;
            int whole = count - count % TSimd.Count;
            Loop<TSimd, TVector>(step, arrays, whole);
            if (whole < count)
                Tail<TSimd, TVector>(step, whole);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Loop<TSimd, TVector>(TUpdate step, Arrays arrays, int count)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            float* x = arrays.X, y = arrays.Y, a = arrays.A, b = arrays.B, c = arrays.C;
            for (int i = 0; i < count; i += TSimd.Count)
            {
                TVector va = TSimd.Load(a + i), vb = TSimd.Load(b + i), vc = TSimd.Load(c + i);
                step.Apply<TSimd, TVector>(TSimd.Load(x + i), TSimd.Load(y + i), ref va, ref vb, ref vc);
                TSimd.Store(va, a + i);
                TSimd.Store(vb, b + i);
                TSimd.Store(vc, c + i);
            }
        }

        /// <summary>The last elements, padded to a whole vector on the stack.</summary>
        private void Tail<TSimd, TVector>(TUpdate step, int start)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            const int Largest = 16;
            int left = count - start;
            float* padded = stackalloc float[5 * Largest];
            new Span<float>(padded, 5 * Largest).Clear();
            var stack = new Arrays(padded, padded + Largest, padded + 2 * Largest, padded + 3 * Largest, padded + 4 * Largest);
            Copy(arrays.X + start, stack.X);
            Copy(arrays.Y + start, stack.Y);
            Copy(arrays.A + start, stack.A);
            Copy(arrays.B + start, stack.B);
            Copy(arrays.C + start, stack.C);
            Loop<TSimd, TVector>(step, stack, TSimd.Count);
            Copy(stack.A, arrays.A + start);
            Copy(stack.B, arrays.B + start);
            Copy(stack.C, arrays.C + start);

            void Copy(float* from, float* to) => new ReadOnlySpan<float>(from, left).CopyTo(new Span<float>(to, left));
        }
    }
}
