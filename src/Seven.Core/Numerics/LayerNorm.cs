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

    /// <summary>x, y: [features × tokens]; statistics: [2 × tokens], each token's mean and 1/deviation, kept for the gradient.</summary>
    public static void Forward(Matrix x, ReadOnlyMemory<float> gamma, ReadOnlyMemory<float> beta, float epsilon, Matrix y, Matrix statistics, Workers workers) =>
        workers.For(x.Columns, Workers.Grain(TokensOfLine, NanosecondsPerElement * x.Rows), new ForwardPart(x, gamma, beta, epsilon, y, statistics));

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
        Matrix x, ReadOnlyMemory<float> gamma, ReadOnlyMemory<float> beta, float epsilon, Matrix y, Matrix statistics) : IRangeJob
    {
        public void Run(int start, int end) => SimdWidth.Run(new ForwardJob(x, gamma.Span, beta.Span, epsilon, y, statistics, start, end));
    }

    private readonly ref struct ForwardJob(
        Matrix x, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, float epsilon, Matrix y, Matrix statistics, int start, int end) : ISimdJob
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

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Normalize<TSimd, TVector>(int token)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            int features = x.Rows;
            TVector share = TSimd.All(1f / features);
            TVector sum = default, squares = default;
            float* source = x.Address(0, token);
            for (int f = 0; f < features; f++)
                sum = TSimd.Add(sum, TSimd.Load(source + (nint)f * x.Stride));
            TVector mean = TSimd.Multiply(sum, share);
            for (int f = 0; f < features; f++)
            {
                TVector distance = TSimd.Subtract(TSimd.Load(source + (nint)f * x.Stride), mean);
                squares = TSimd.MultiplyAdd(distance, distance, squares);
            }

            TVector variance = TSimd.MultiplyAdd(squares, share, TSimd.All(epsilon));
            TVector inverse = TSimd.Divide(TSimd.All(1f), TSimd.Sqrt(variance));
            TSimd.Store(mean, statistics.Address(0, token));
            TSimd.Store(inverse, statistics.Address(1, token));
            float* destination = y.Address(0, token);
            for (int f = 0; f < features; f++)
            {
                TVector normalized = TSimd.Multiply(TSimd.Subtract(TSimd.Load(source + (nint)f * x.Stride), mean), inverse);
                TSimd.Store(TSimd.MultiplyAdd(normalized, TSimd.All(_gamma[f]), TSimd.All(_beta[f])), destination + (nint)f * y.Stride);
            }
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
                TVector centred = TSimd.Subtract(TSimd.Subtract(g, plain), TSimd.Multiply(normalized, scaled));
                TSimd.Store(TSimd.Multiply(centred, inverse), destination + (nint)f * dx.Stride);
            }
        }
    }
}
