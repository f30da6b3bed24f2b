using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Numerics;

/// <summary>Layer normalization over the features of each token (Ba et al., 2016): y = γ · (x - mean) / sqrt(variance + ε) + β.</summary>
/// <remarks>Feature-major: a vector holds one feature of several tokens, so that the sums over features need no shuffles.</remarks>
internal static unsafe class LayerNorm
{
    /// <summary>A cache line of tokens.</summary>
    private const int TokensOfLine = 16;

    private const double NanosecondsPerElement = 0.3;

    /// <param name="x">[features × tokens]. It becomes the sum if there is a residual.</param>
    /// <param name="gamma">γ, [features].</param>
    /// <param name="beta">β, [features].</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="y">The result, whose ranges are noted.</param>
    /// <param name="statistics">[2 × tokens], each token's mean and 1/deviation, kept for the gradient.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="residual">Added to x before; <see langword="null"/> for nothing.</param>
    public static void Forward(
        Matrix x, ReadOnlyMemory<float> gamma, ReadOnlyMemory<float> beta, float epsilon, Activations y, Matrix statistics, Workers workers, Matrix? residual = null)
    {
        y.Ranges?.Begin(parts: 1);
        workers.For(x.Columns, Workers.Grain(TokensOfLine, NanosecondsPerElement * x.Rows), new ForwardPart(x, residual, gamma, beta, epsilon, y, statistics));
    }

    /// <summary>The gradient of the input from that of the output: dx, dy: [features × tokens].</summary>
    public static void InputGradient(Matrix x, ReadOnlyMemory<float> gamma, Matrix statistics, Matrix dy, Matrix dx, Workers workers) =>
        workers.For(x.Columns, Workers.Grain(TokensOfLine, NanosecondsPerElement * x.Rows), (start, end) =>
            SimdWidth.Run(new InputGradientJob(x, gamma.Span, statistics, dy, dx, start, end)));

    /// <summary>Adds the gradients of γ and β, sums over tokens.</summary>
    public static void ParameterGradients(Matrix x, Matrix statistics, Matrix dy, Memory<float> dGamma, Memory<float> dBeta, Workers workers) =>
        workers.For(x.Rows, 4, (start, end) =>
        {
            for (int feature = start; feature < end; feature++)
            {
                var (scaled, plain) = Sums(x.Row(feature), dy.Row(feature), statistics.Row(0), statistics.Row(1));
                dGamma.Span[feature] += scaled;
                dBeta.Span[feature] += plain;
            }
        });

    private static (float Scaled, float Plain) Sums(
        ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> mean, ReadOnlySpan<float> inverse)
    {
        var scaled = System.Numerics.Vector<float>.Zero;
        var plain = System.Numerics.Vector<float>.Zero;
        int width = System.Numerics.Vector<float>.Count;
        int t = 0;
        for (; t + width <= x.Length; t += width)
        {
            var gradient = new System.Numerics.Vector<float>(dy[t..]);
            var normalized = (new System.Numerics.Vector<float>(x[t..]) - new System.Numerics.Vector<float>(mean[t..]))
                * new System.Numerics.Vector<float>(inverse[t..]);
            scaled += gradient * normalized;
            plain += gradient;
        }

        var (scaledSum, plainSum) = (System.Numerics.Vector.Sum(scaled), System.Numerics.Vector.Sum(plain));
        for (; t < x.Length; t++)
        {
            scaledSum += dy[t] * (x[t] - mean[t]) * inverse[t];
            plainSum += dy[t];
        }

        return (scaledSum, plainSum);
    }

    private readonly struct ForwardPart(
        Matrix x, Matrix? residual, ReadOnlyMemory<float> gamma, ReadOnlyMemory<float> beta, float epsilon, Activations y, Matrix statistics) : IRangeJob
    {
        public void Run(int start, int end) => SimdWidth.Run(new ForwardJob(x, residual, gamma.Span, beta.Span, epsilon, y, statistics, start, end));
    }

    private readonly ref struct ForwardJob(
        Matrix x, Matrix? residual, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, float epsilon, Activations y, Matrix statistics, int start, int end) : ISimdJob
    {
        private readonly ReadOnlySpan<float> _gamma = gamma;
        private readonly ReadOnlySpan<float> _beta = beta;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            for (int token = start; token < end; token += TSimd.Count)
                Normalize<TSimd, TVector>(token);
        }

        /// <remarks>The loops are methods of their own: what they add up must not be live across a call, where no vector stays in a register.</remarks>
        private void Normalize<TSimd, TVector>(int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector share = TSimd.All(1f / x.Rows);
            TVector mean = TSimd.Multiply(residual is { } added ? SumWith<TSimd, TVector>(added, token) : Sum<TSimd, TVector>(token), share);
            TVector variance = TSimd.MultiplyAdd(SquaredDistances<TSimd, TVector>(mean, token), share, TSimd.All(epsilon));
            TVector inverse = TSimd.Divide(TSimd.All(1f), TSimd.Sqrt(variance));
            TSimd.Store(mean, statistics.Address(0, token));
            TSimd.Store(inverse, statistics.Address(1, token));
            Write<TSimd, TVector>(mean, inverse, token);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private TVector Sum<TSimd, TVector>(int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector sum = default;
            float* source = x.Address(0, token);
            nint stride = x.Stride;
            for (int f = x.Rows; f > 0; f--, source += stride)
                sum = TSimd.Add(sum, TSimd.Load(source));
            return sum;
        }

        /// <summary>x += residual, and the sum of x.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private TVector SumWith<TSimd, TVector>(Matrix added, int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector sum = default;
            float* source = x.Address(0, token);
            float* other = added.Address(0, token);
            nint stride = x.Stride, otherStride = added.Stride;
            for (int f = x.Rows; f > 0; f--, source += stride, other += otherStride)
            {
                TVector value = TSimd.Add(TSimd.Load(other), TSimd.Load(source));
                TSimd.Store(value, source);
                sum = TSimd.Add(sum, value);
            }

            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private TVector SquaredDistances<TSimd, TVector>(TVector mean, int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector squares = default;
            float* source = x.Address(0, token);
            nint stride = x.Stride;
            for (int f = x.Rows; f > 0; f--, source += stride)
            {
                TVector distance = TSimd.Subtract(TSimd.Load(source), mean);
                squares = TSimd.MultiplyAdd(distance, distance, squares);
            }

            return squares;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Write<TSimd, TVector>(TVector mean, TVector inverse, int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector smallest = default, largest = default;
            float* source = x.Address(0, token);
            float* destination = y.Values.Address(0, token);
            nint stride = x.Stride, destinationStride = y.Values.Stride;
            ReadOnlySpan<float> gamma = _gamma, beta = _beta;
            for (int f = 0; f < gamma.Length; f++, source += stride, destination += destinationStride)
            {
                TVector normalized = TSimd.Multiply(TSimd.Subtract(TSimd.Load(source), mean), inverse);
                TVector value = TSimd.MultiplyAdd(normalized, TSimd.All(gamma[f]), TSimd.All(beta[f]));
                TSimd.Store(value, destination);
                smallest = TSimd.Min(smallest, value);
                largest = TSimd.Max(largest, value);
            }

            if (y.Ranges is not { } ranges)
                return;
            TSimd.Store(smallest, ranges.Smallest(0, token));
            TSimd.Store(largest, ranges.Largest(0, token));
            // A value that is not finite makes the mean so, and with it all of the token.
            TSimd.Store(TSimd.Multiply(mean, default), ranges.NotFinite(0, token));
        }
    }

    private readonly ref struct InputGradientJob(
        Matrix x, ReadOnlySpan<float> gamma, Matrix statistics, Matrix dy, Matrix dx, int start, int end) : ISimdJob
    {
        private readonly ReadOnlySpan<float> _gamma = gamma;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            for (int token = start; token < end; token += TSimd.Count)
                Propagate<TSimd, TVector>(token);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Propagate<TSimd, TVector>(int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            int features = x.Rows;
            TVector mean = TSimd.Load(statistics.Address(0, token));
            TVector inverse = TSimd.Load(statistics.Address(1, token));
            TVector plain = default, scaled = default;
            float* source = x.Address(0, token);
            float* gradient = dy.Address(0, token);
            for (int f = 0; f < features; f++)
            {
                TVector g = TSimd.Multiply(TSimd.Load(gradient + (nint)f * dy.Stride), TSimd.All(_gamma[f]));
                TVector normalized = TSimd.Multiply(TSimd.Subtract(TSimd.Load(source + (nint)f * x.Stride), mean), inverse);
                plain = TSimd.Add(plain, g);
                scaled = TSimd.MultiplyAdd(g, normalized, scaled);
            }

            TVector share = TSimd.All(1f / features);
            plain = TSimd.Multiply(plain, share);
            scaled = TSimd.Multiply(scaled, share);
            float* destination = dx.Address(0, token);
            for (int f = 0; f < features; f++)
            {
                TVector g = TSimd.Multiply(TSimd.Load(gradient + (nint)f * dy.Stride), TSimd.All(_gamma[f]));
                TVector normalized = TSimd.Multiply(TSimd.Subtract(TSimd.Load(source + (nint)f * x.Stride), mean), inverse);
                TVector centered = TSimd.Subtract(TSimd.Subtract(g, plain), TSimd.Multiply(normalized, scaled));
                TSimd.Store(TSimd.Multiply(centered, inverse), destination + (nint)f * dx.Stride);
            }
        }
    }
}
