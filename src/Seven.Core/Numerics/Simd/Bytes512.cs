using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Seven.Numerics.Simd;

/// <summary>Tiles of 64 tokens with AVX-512BW, whose sums of two products saturate at 16 bits.</summary>
internal readonly unsafe struct Bytes512 : IByteLanes<Vector512<byte>, Vector512<sbyte>, Vector512<int>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Tokens
    {
        [MethodImpl(Inline)]
        get => 64;
    }

    public static int LargestWeight
    {
        [MethodImpl(Inline)]
        get => 63;
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
    public static Vector512<byte> Load(byte* column) => Vector512.Load(column);

    [MethodImpl(Inline)]
    public static void Store(Vector512<byte> bytes, byte* to) => bytes.Store(to);

    [MethodImpl(Inline)]
    public static Vector512<byte> Quantize(float* values, float* factors, float* zeroPoints) => Avx512BW.PackUnsignedSaturate(
        Avx512BW.PackSignedSaturate(Rounded(values, factors, zeroPoints, 0), Rounded(values, factors, zeroPoints, 16)),
        Avx512BW.PackSignedSaturate(Rounded(values, factors, zeroPoints, 32), Rounded(values, factors, zeroPoints, 48)));

    [MethodImpl(Inline)]
    private static Vector512<int> Rounded(float* values, float* factors, float* zeroPoints, int start) => Avx512F.ConvertToVector512Int32(
        Avx512F.FusedMultiplyAdd(Vector512.Load(values + start), Vector512.Load(factors + start), Vector512.Load(zeroPoints + start)));

    [MethodImpl(Inline)]
    public static void Interleave(
        Vector512<byte> x0, Vector512<byte> x1, Vector512<byte> x2, Vector512<byte> x3,
        out Vector512<byte> q0, out Vector512<byte> q1, out Vector512<byte> q2, out Vector512<byte> q3)
    {
        var (low01, high01) = (Avx512BW.UnpackLow(x0, x1).AsInt16(), Avx512BW.UnpackHigh(x0, x1).AsInt16());
        var (low23, high23) = (Avx512BW.UnpackLow(x2, x3).AsInt16(), Avx512BW.UnpackHigh(x2, x3).AsInt16());
        (q0, q1) = (Avx512BW.UnpackLow(low01, low23).AsByte(), Avx512BW.UnpackHigh(low01, low23).AsByte());
        (q2, q3) = (Avx512BW.UnpackLow(high01, high23).AsByte(), Avx512BW.UnpackHigh(high01, high23).AsByte());
    }

    [MethodImpl(Inline)]
    public static Vector512<sbyte> All(int quad) => Vector512.Create(quad).AsSByte();

    [MethodImpl(Inline)]
    public static Vector512<int> MultiplyAddLower(Vector512<int> sums, Vector512<byte> quads, Vector512<sbyte> weights) =>
        sums + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(quads, weights), Vector512.Create((short)1));

    [MethodImpl(Inline)]
    public static Vector512<int> MultiplyAddUpper(Vector512<int> sums, Vector512<byte> quads, Vector512<sbyte> weights) => sums;

    [MethodImpl(Inline)]
    public static void Store(Vector512<int> first, Vector512<int> second, int* to) => (first + second).Store(to);
}
