using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Numerics;

/// <summary>A function of one value.</summary>
internal interface IUnaryFunction
{
    static abstract TVector Of<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

/// <summary>A function of two values.</summary>
internal interface IBinaryFunction
{
    static abstract TVector Of<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

/// <summary>Applies a function to every element of activations [features × tokens], whole vectors at a time.</summary>
/// <remarks>Rows of an arena's matrix are padded to whole vectors; what lies in the padding is computed too and means nothing.</remarks>
internal static unsafe class Elementwise
{
    private const double NanosecondsPerElement = 0.15;

    /// <summary>Floats to whole multiples of which an arena pads its rows.</summary>
    private const int RowPadding = 16;

    /// <summary>x := function(x).</summary>
    public static void Apply<TFunction>(Matrix x, Workers workers)
        where TFunction : IUnaryFunction
    {
        if (typeof(TFunction) != typeof(Identity))
            Apply<TFunction>(x, x, workers);
    }

    public static void Apply<TFunction>(Matrix x, Matrix result, Workers workers)
        where TFunction : IUnaryFunction =>
        workers.For(result.Rows, Workers.Grain(1, NanosecondsPerElement * result.Columns), new UnaryRows<TFunction>(x, result));

    public static void Apply<TFunction>(Matrix x, Matrix y, Matrix result, Workers workers)
        where TFunction : IBinaryFunction =>
        workers.For(result.Rows, Workers.Grain(1, NanosecondsPerElement * result.Columns), new BinaryRows<TFunction>(x, y, result));

    /// <summary>Whether rows follow one another with no more between them than fills up the last vector, so that many are computed as one.</summary>
    private static bool AreDense(Matrix x, Matrix result) => x.Stride == result.Stride && result.Stride - result.Columns < RowPadding;

    private readonly struct UnaryRows<TFunction>(Matrix x, Matrix result) : IRangeJob
        where TFunction : IUnaryFunction
    {
        public void Run(int start, int end)
        {
            if (AreDense(x, result))
            {
                SimdWidth.Run(new Unary<TFunction>(x.Address(start, 0), result.Address(start, 0), (end - start) * result.Stride));
                return;
            }

            for (int row = start; row < end; row++)
                SimdWidth.Run(new Unary<TFunction>(x.Address(row, 0), result.Address(row, 0), result.Columns));
        }
    }

    private readonly struct BinaryRows<TFunction>(Matrix x, Matrix y, Matrix result) : IRangeJob
        where TFunction : IBinaryFunction
    {
        public void Run(int start, int end)
        {
            if (AreDense(x, result) && AreDense(y, result))
            {
                SimdWidth.Run(new Binary<TFunction>(x.Address(start, 0), y.Address(start, 0), result.Address(start, 0), (end - start) * result.Stride));
                return;
            }

            for (int row = start; row < end; row++)
                SimdWidth.Run(new Binary<TFunction>(x.Address(row, 0), y.Address(row, 0), result.Address(row, 0), result.Columns));
        }
    }

    private readonly struct Unary<TFunction>(float* x, float* result, int count) : ISimdJob
        where TFunction : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var (from, to) = ((nint)x, (nint)result);
            for (int i = 0; i < count; i += TSimd.Count)
                TSimd.Store(TFunction.Of<TSimd, TVector>(TSimd.Load((float*)from + i)), (float*)to + i);
        }
    }

    private readonly struct Binary<TFunction>(float* x, float* y, float* result, int count) : ISimdJob
        where TFunction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var (left, right, to) = ((nint)x, (nint)y, (nint)result);
            for (int i = 0; i < count; i += TSimd.Count)
            {
                TVector value = TFunction.Of<TSimd, TVector>(TSimd.Load((float*)left + i), TSimd.Load((float*)right + i));
                TSimd.Store(value, (float*)to + i);
            }
        }
    }
}
