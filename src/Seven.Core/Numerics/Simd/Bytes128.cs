using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Seven.Numerics.Simd;

/// <summary>Tiles of 16 tokens: AVX-VNNI, SSSE3 or Arm's dot product where there is one, and on any other machine products of wider integers.</summary>
internal readonly unsafe struct Bytes128 : IByteLanes<Vector128<byte>, Vector128<sbyte>, Vector128<int>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Tokens
    {
        [MethodImpl(Inline)]
        get => 16;
    }

    public static int LargestWeight
    {
        [MethodImpl(Inline)]
        get => Ssse3.IsSupported && !AvxVnni.IsSupported ? 63 : 127;
    }

    public static bool HasHalves
    {
        [MethodImpl(Inline)]
        get => false;
    }

    public static bool HasPairs
    {
        [MethodImpl(Inline)]
        get => Avx2.IsSupported;
    }

    public static int Offset
    {
        [MethodImpl(Inline)]
        get => Dp.IsSupported ? 128 : 0;
    }

    [MethodImpl(Inline)]
    public static Vector128<byte> Load(byte* column) => Vector128.Load(column);

    [MethodImpl(Inline)]
    public static void Store(Vector128<byte> bytes, byte* to) => bytes.Store(to);

    [MethodImpl(Inline)]
    public static Vector128<byte> Quantize(float* values, float* factors, float* zeroPoints) => Vector128.NarrowWithSaturation(
        Positive(Rounded(values, factors, zeroPoints, 0), Rounded(values, factors, zeroPoints, 4)),
        Positive(Rounded(values, factors, zeroPoints, 8), Rounded(values, factors, zeroPoints, 12)));

    [MethodImpl(Inline)]
    private static Vector128<int> Rounded(float* values, float* factors, float* zeroPoints, int start) => Vector128.ConvertToInt32Native(Vector128.Round(
        Vector128.MultiplyAddEstimate(Vector128.Load(values + start), Vector128.Load(factors + start), Vector128.Load(zeroPoints + start))));

    [MethodImpl(Inline)]
    private static Vector128<ushort> Positive(Vector128<int> first, Vector128<int> second) =>
        Vector128.Max(Vector128.NarrowWithSaturation(first, second), Vector128<short>.Zero).AsUInt16();

    [MethodImpl(Inline)]
    public static void Interleave(
        Vector128<byte> x0, Vector128<byte> x1, Vector128<byte> x2, Vector128<byte> x3,
        out Vector128<byte> q0, out Vector128<byte> q1, out Vector128<byte> q2, out Vector128<byte> q3)
    {
        var (low01, high01) = (Low(x0, x1).AsInt16(), High(x0, x1).AsInt16());
        var (low23, high23) = (Low(x2, x3).AsInt16(), High(x2, x3).AsInt16());
        (q0, q1) = (Low(low01, low23).AsByte(), High(low01, low23).AsByte());
        (q2, q3) = (Low(high01, high23).AsByte(), High(high01, high23).AsByte());
    }

    [MethodImpl(Inline)]
    public static Vector128<sbyte> All(int quad) => Vector128.Create(quad).AsSByte();

    [MethodImpl(Inline)]
    public static Vector128<int> MultiplyAddLower(Vector128<int> sums, Vector128<byte> quads, Vector128<sbyte> weights)
    {
        if (AvxVnni.IsSupported)
            return AvxVnni.MultiplyWideningAndAdd(sums, quads, weights);
        if (Ssse3.IsSupported)
            return sums + Sse2.MultiplyAddAdjacent(Ssse3.MultiplyAddAdjacent(quads, weights), Vector128.Create((short)1));
        if (Dp.IsSupported)
            return Dp.DotProduct(sums, (quads ^ Vector128.Create((byte)128)).AsSByte(), weights);
        return sums + Products(quads, weights);
    }

    [MethodImpl(Inline)]
    public static Vector128<int> MultiplyAddUpper(Vector128<int> sums, Vector128<byte> quads, Vector128<sbyte> weights) => sums;

    [MethodImpl(Inline)]
    public static void Store(Vector128<int> first, Vector128<int> second, int* to) => (first + second).Store(to);

    /// <summary>Each integer's four products, added up: its even bytes and its odd ones first.</summary>
    private static Vector128<int> Products(Vector128<byte> quads, Vector128<sbyte> weights)
    {
        Vector128<int> x = quads.AsInt32(), w = weights.AsInt32();
        var sum = Vector128<int>.Zero;
        for (int i = 0; i < 4; i++)
            sum += ((x >>> (8 * i)) & Vector128.Create(255)) * (w << (24 - 8 * i) >> 24);
        return sum;
    }

    [MethodImpl(Inline)]
    private static Vector128<byte> Low(Vector128<byte> a, Vector128<byte> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Shuffle(a, Vector128.Create((byte)0, 255, 1, 255, 2, 255, 3, 255, 4, 255, 5, 255, 6, 255, 7, 255))
            | Vector128.Shuffle(b, Vector128.Create((byte)255, 0, 255, 1, 255, 2, 255, 3, 255, 4, 255, 5, 255, 6, 255, 7));

    [MethodImpl(Inline)]
    private static Vector128<byte> High(Vector128<byte> a, Vector128<byte> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Low(Vector128.Create(a.GetUpper(), a.GetUpper()), Vector128.Create(b.GetUpper(), b.GetUpper()));

    [MethodImpl(Inline)]
    private static Vector128<short> Low(Vector128<short> a, Vector128<short> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3]);

    [MethodImpl(Inline)]
    private static Vector128<short> High(Vector128<short> a, Vector128<short> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7]);
}
