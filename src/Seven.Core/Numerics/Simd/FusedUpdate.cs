using System.Runtime.CompilerServices;

namespace Seven.Numerics.Simd;

/// <summary>A step over two arrays that are read and up to four that are updated, element by element.</summary>
internal interface IFusedUpdate
{
    void Apply<TSimd, TVector>(TVector x, TVector y, ref TVector a, ref TVector b, ref TVector c, ref TVector d)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

/// <summary>Runs a fused update: each array is read once and written once.</summary>
internal static unsafe class FusedUpdate
{
    /// <param name="update">The step.</param>
    /// <param name="x">Read, [length].</param>
    /// <param name="y">Read, [length].</param>
    /// <param name="a">Updated, [length].</param>
    /// <param name="b">Updated, [length]; empty if the step has no use for it or those after it.</param>
    /// <param name="c">Updated, [length]; may be empty as well.</param>
    /// <param name="d">Updated, [length]; may be empty as well.</param>
    public static void Run<TUpdate>(TUpdate update, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> a, Span<float> b, Span<float> c, Span<float> d)
        where TUpdate : struct, IFusedUpdate
    {
        int count = a.Length;
        if (x.Length != count || y.Length != count || !Fits(b) || !Fits(c) || !Fits(d))
            throw new ArgumentException($"Arrays of {x.Length}, {y.Length}, {count}, {b.Length}, {c.Length} and {d.Length} values; expected equal lengths.");
        fixed (float* px = x, py = y, pa = a, pb = b, pc = c, pd = d)
        {
            var arrays = new Arrays(px, py, pa, pb, pc, pd);
            if (b.IsEmpty)
                SimdWidth.Run(new Job<TUpdate, One>(update, arrays, count));
            else if (c.IsEmpty)
                SimdWidth.Run(new Job<TUpdate, Two>(update, arrays, count));
            else if (d.IsEmpty)
                SimdWidth.Run(new Job<TUpdate, Three>(update, arrays, count));
            else
                SimdWidth.Run(new Job<TUpdate, Four>(update, arrays, count));
        }

        bool Fits(Span<float> array) => array.IsEmpty || array.Length == count;
    }

    /// <summary>The number of updated arrays, known when the loop is compiled.</summary>
    private interface IUpdated
    {
        static abstract int Count { get; }
    }

    private readonly struct Arrays(float* x, float* y, float* a, float* b, float* c, float* d)
    {
        public readonly float* X = x, Y = y, A = a, B = b, C = c, D = d;
    }

    private readonly struct One : IUpdated
    {
        public static int Count => 1;
    }

    private readonly struct Two : IUpdated
    {
        public static int Count => 2;
    }

    private readonly struct Three : IUpdated
    {
        public static int Count => 3;
    }

    private readonly struct Four : IUpdated
    {
        public static int Count => 4;
    }

    private readonly struct Job<TUpdate, TUpdated>(TUpdate update, Arrays arrays, int count) : ISimdJob
        where TUpdate : struct, IFusedUpdate
        where TUpdated : struct, IUpdated
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
            float* x = arrays.X, y = arrays.Y, a = arrays.A, b = arrays.B, c = arrays.C, d = arrays.D;
            for (int i = 0; i < count; i += TSimd.Count)
            {
                TVector va = TSimd.Load(a + i), vb = default, vc = default, vd = default;
                if (TUpdated.Count > 1)
                    vb = TSimd.Load(b + i);
                if (TUpdated.Count > 2)
                    vc = TSimd.Load(c + i);
                if (TUpdated.Count > 3)
                    vd = TSimd.Load(d + i);
                step.Apply<TSimd, TVector>(TSimd.Load(x + i), TSimd.Load(y + i), ref va, ref vb, ref vc, ref vd);
                TSimd.Store(va, a + i);
                if (TUpdated.Count > 1)
                    TSimd.Store(vb, b + i);
                if (TUpdated.Count > 2)
                    TSimd.Store(vc, c + i);
                if (TUpdated.Count > 3)
                    TSimd.Store(vd, d + i);
            }
        }

        /// <summary>The last elements, padded to a whole vector on the stack.</summary>
        private void Tail<TSimd, TVector>(TUpdate step, int start)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            const int Largest = 16;
            int left = count - start;
            float* padded = stackalloc float[6 * Largest];
            new Span<float>(padded, 6 * Largest).Clear();
            float* x = padded, y = x + Largest, a = y + Largest, b = a + Largest, c = b + Largest, d = c + Largest;
            Copy(arrays.X + start, x);
            Copy(arrays.Y + start, y);
            Copy(arrays.A + start, a);
            CopyUpdated(arrays.B + start, b, 1);
            CopyUpdated(arrays.C + start, c, 2);
            CopyUpdated(arrays.D + start, d, 3);
            Loop<TSimd, TVector>(step, new Arrays(x, y, a, b, c, d), TSimd.Count);
            Copy(a, arrays.A + start);
            CopyUpdated(b, arrays.B + start, 1);
            CopyUpdated(c, arrays.C + start, 2);
            CopyUpdated(d, arrays.D + start, 3);

            void Copy(float* from, float* to) => new ReadOnlySpan<float>(from, left).CopyTo(new Span<float>(to, left));

            void CopyUpdated(float* from, float* to, int index)
            {
                if (TUpdated.Count > index)
                    Copy(from, to);
            }
        }
    }
}
