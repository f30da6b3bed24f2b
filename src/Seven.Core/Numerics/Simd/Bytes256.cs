using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Seven.Numerics.Simd;

/// <summary>Tiles of 32 tokens with AVX2, and with AVX-VNNI where there is one.</summary>
internal readonly unsafe struct Bytes256 : IByteLanes<Vector256<byte>, Vector256<sbyte>, Vector256<int>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Tokens
    {
        [MethodImpl(Inline)]
        get => 32;
    }

    public static int LargestWeight
    {
        [MethodImpl(Inline)]
        get => AvxVnni.IsSupported ? 127 : 63;
    }

    public static bool HasHalves
    {
        [MethodImpl(Inline)]
        get => false;
    }

    public static bool HasPairs
    {
        [MethodImpl(Inline)]
        get => false;
    }

    public static int Offset
    {
        [MethodImpl(Inline)]
        get => 0;
    }

    [MethodImpl(Inline)]
    public static Vector256<byte> Load(byte* column) => Vector256.Load(column);

    [MethodImpl(Inline)]
    public static void Store(Vector256<byte> bytes, byte* to) => bytes.Store(to);

    [MethodImpl(Inline)]
    public static Vector256<byte> Quantize(float* values, float* factors, float* zeroPoints) => Avx2.PackUnsignedSaturate(
        Avx2.PackSignedSaturate(Rounded(values, factors, zeroPoints, 0), Rounded(values, factors, zeroPoints, 8)),
        Avx2.PackSignedSaturate(Rounded(values, factors, zeroPoints, 16), Rounded(values, factors, zeroPoints, 24)));

    [MethodImpl(Inline)]
    private static Vector256<int> Rounded(float* values, float* factors, float* zeroPoints, int start) => Avx.ConvertToVector256Int32(
        Vector256.MultiplyAddEstimate(Vector256.Load(values + start), Vector256.Load(factors + start), Vector256.Load(zeroPoints + start)));

    [MethodImpl(Inline)]
    public static void Interleave(
        Vector256<byte> x0, Vector256<byte> x1, Vector256<byte> x2, Vector256<byte> x3,
        out Vector256<byte> q0, out Vector256<byte> q1, out Vector256<byte> q2, out Vector256<byte> q3)
    {
        var (low01, high01) = (Avx2.UnpackLow(x0, x1).AsInt16(), Avx2.UnpackHigh(x0, x1).AsInt16());
        var (low23, high23) = (Avx2.UnpackLow(x2, x3).AsInt16(), Avx2.UnpackHigh(x2, x3).AsInt16());
        (q0, q1) = (Avx2.UnpackLow(low01, low23).AsByte(), Avx2.UnpackHigh(low01, low23).AsByte());
        (q2, q3) = (Avx2.UnpackLow(high01, high23).AsByte(), Avx2.UnpackHigh(high01, high23).AsByte());
    }

    [MethodImpl(Inline)]
    public static Vector256<sbyte> All(int quad) => Vector256.Create(quad).AsSByte();

    [MethodImpl(Inline)]
    public static Vector256<int> MultiplyAddLower(Vector256<int> sums, Vector256<byte> quads, Vector256<sbyte> weights) => AvxVnni.IsSupported
        ? AvxVnni.MultiplyWideningAndAdd(sums, quads, weights)
        : sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(quads, weights), Vector256.Create((short)1));

    [MethodImpl(Inline)]
    public static Vector256<int> MultiplyAddUpper(Vector256<int> sums, Vector256<byte> quads, Vector256<sbyte> weights) => sums;

    [MethodImpl(Inline)]
    public static void Store(Vector256<int> first, Vector256<int> second, int* to) => (first + second).Store(to);
}
