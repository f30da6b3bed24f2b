using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Numerics;

/// <summary>Softmax of attention scores over the keys of each query, in place: [keys × queries].</summary>
internal static unsafe class Softmax
{
    /// <summary>Far below 1, which the largest of a query's exponentials is.</summary>
    private const float Tiny = 1e-30f;

    private const float Log2OfE = 1.44269504f;

    /// <summary>scores := softmax(scale · scores) over the rows; rows whose key is masked become zeros.</summary>
    /// <remarks>The key mask is false for a key that no query may attend to, and empty when there is none such.</remarks>
    public static void Forward(Matrix scores, float scale, ReadOnlySpan<bool> keyMask) =>
        SimdWidth.Run(new ForwardJob(scores, scale, keyMask));

    /// <summary>gradient := scale · p · (gradient - Σ p · gradient), over the rows of each column.</summary>
    public static void Backward(Matrix probabilities, Matrix gradient, float scale) =>
        SimdWidth.Run(new BackwardJob(probabilities, gradient, scale));

    private readonly ref struct ForwardJob(Matrix scores, float scale, ReadOnlySpan<bool> keyMask) : ISimdJob
    {
        private readonly ReadOnlySpan<bool> _keyMask = keyMask;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            for (int query = 0; query < scores.Columns; query += TSimd.Count)
                Columns<TSimd, TVector>(scores.Address(0, query));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Columns<TSimd, TVector>(float* first)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector largest = TSimd.All(float.MinValue);
            for (int key = 0; key < scores.Rows; key++)
                if (Attended(key))
                    largest = TSimd.Max(largest, TSimd.Load(first + (nint)key * scores.Stride));

            TVector sum = default, factor = TSimd.All(scale * Log2OfE);
            for (int key = 0; key < scores.Rows; key++)
            {
                float* address = first + (nint)key * scores.Stride;
                TVector distance = TSimd.Multiply(TSimd.Subtract(TSimd.Load(address), largest), factor);
                TVector exponential = Attended(key) ? SimdMath<TSimd, TVector>.Exp2(distance) : default;
                sum = TSimd.Add(sum, exponential);
                TSimd.Store(exponential, address);
            }

            // A query that may attend to nothing has zeros.
            TVector share = TSimd.Divide(TSimd.All(1f), TSimd.Max(sum, TSimd.All(Tiny)));
            for (int key = 0; key < scores.Rows; key++)
            {
                float* address = first + (nint)key * scores.Stride;
                TSimd.Store(TSimd.Multiply(TSimd.Load(address), share), address);
            }
        }

        private bool Attended(int key) => _keyMask.IsEmpty || _keyMask[key];
    }

    private readonly struct BackwardJob(Matrix probabilities, Matrix gradient, float scale) : ISimdJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            for (int query = 0; query < gradient.Columns; query += TSimd.Count)
            {
                float* p = probabilities.Address(0, query);
                float* g = gradient.Address(0, query);
                TVector sum = default;
                for (int key = 0; key < gradient.Rows; key++)
                    sum = TSimd.MultiplyAdd(
                        TSimd.Load(p + (nint)key * probabilities.Stride), TSimd.Load(g + (nint)key * gradient.Stride), sum);
                for (int key = 0; key < gradient.Rows; key++)
                {
                    float* address = g + (nint)key * gradient.Stride;
                    TVector centered = TSimd.Multiply(TSimd.Subtract(TSimd.Load(address), sum), TSimd.All(scale));
                    TSimd.Store(TSimd.Multiply(centered, TSimd.Load(p + (nint)key * probabilities.Stride)), address);
                }
            }
        }
    }
}
