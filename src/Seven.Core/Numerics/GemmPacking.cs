using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Seven.Numerics;

/// <summary>Copies parts of the operands into the order in which the kernel reads them.</summary>
internal static unsafe class GemmPacking
{
    /// <summary>B[depth × columns], rows <paramref name="ldb"/> apart, into one panel [depth × width]; missing columns become zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(float* b, int ldb, int depth, int columns, int width, float* panel)
    {
        for (int k = 0; k < depth; k++, b += ldb, panel += width)
        {
            // A row is too short to be worth a call.
            int i = 0;
            for (; i + Vector256<float>.Count <= columns; i += Vector256<float>.Count)
                Vector256.Load(b + i).Store(panel + i);
            for (; i < columns; i++)
                panel[i] = b[i];
            for (; i < width; i++)
                panel[i] = 0;
        }
    }

    /// <summary>The transpose of B[columns × depth], rows <paramref name="ldb"/> apart, into one panel [depth × width].</summary>
    public static void Columns(float* b, int ldb, int depth, int columns, int width, float* panel)
    {
        int column = 0;
        for (; column + 4 <= columns; column += 4)
            TransposeFour(b + (nint)column * ldb, ldb, depth, panel + column, width);
        for (; column < columns; column++)
        {
            float* source = b + (nint)column * ldb;
            for (int k = 0; k < depth; k++)
                panel[(nint)k * width + column] = source[k];
        }

        if (columns < width)
            for (int k = 0; k < depth; k++)
                new Span<float>(panel + (nint)k * width + columns, width - columns).Clear();
    }

    /// <summary>The transpose of A[depth × rows], rows <paramref name="lda"/> apart, as [rows × depth]; missing rows become zeros.</summary>
    public static void TransposedRows(float* a, int lda, int depth, int rows, int paddedRows, float* packed)
    {
        int k = 0;
        for (; k + 4 <= depth; k += 4)
            TransposeFour(a + (nint)k * lda, lda, rows, packed + k, depth);
        for (; k < depth; k++)
            for (int row = 0; row < rows; row++)
                packed[(nint)row * depth + k] = a[(nint)k * lda + row];
        new Span<float>(packed + (nint)rows * depth, (paddedRows - rows) * depth).Clear();
    }

    /// <summary>Four rows of <paramref name="length"/> values become four neighboring columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeFour(float* source, int stride, int length, float* destination, int destinationStride)
    {
        float* s0 = source, s1 = s0 + stride, s2 = s1 + stride, s3 = s2 + stride;
        int i = 0;
        for (; i + 4 <= length; i += 4)
        {
            var (r0, r1, r2, r3) = Transpose(
                Vector128.Load(s0 + i), Vector128.Load(s1 + i), Vector128.Load(s2 + i), Vector128.Load(s3 + i));
            r0.Store(destination);
            r1.Store(destination + destinationStride);
            r2.Store(destination + 2 * (nint)destinationStride);
            r3.Store(destination + 3 * (nint)destinationStride);
            destination += 4 * (nint)destinationStride;
        }

        for (; i < length; i++, destination += destinationStride)
            (destination[0], destination[1], destination[2], destination[3]) = (s0[i], s1[i], s2[i], s3[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float>, Vector128<float>, Vector128<float>, Vector128<float>) Transpose(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        var (ab, abHigh) = (Low(a, b), High(a, b));
        var (cd, cdHigh) = (Low(c, d), High(c, d));
        return (
            Vector128.Create(ab.GetLower(), cd.GetLower()), Vector128.Create(ab.GetUpper(), cd.GetUpper()),
            Vector128.Create(abHigh.GetLower(), cdHigh.GetLower()), Vector128.Create(abHigh.GetUpper(), cdHigh.GetUpper()));
    }

    /// <summary>a0 b0 a1 b1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
