using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Seven.Numerics.Simd;

/// <summary>Tiles of 64 tokens with AVX-512BW, multiplied in halves by AVX-VNNI, which does not saturate. .NET 10 has no 512-bit VNNI.</summary>
internal readonly unsafe struct Bytes512Vnni : IByteLanes<Vector512<byte>, Vector256<sbyte>, Vector256<int>>
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
        get => 127;
    }

    public static bool HasHalves
    {
        [MethodImpl(Inline)]
        get => true;
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
    public static Vector512<byte> Quantize(float* values, float* factors, float* zeroPoints) => Bytes512.Quantize(values, factors, zeroPoints);

    [MethodImpl(Inline)]
    public static void Interleave(
        Vector512<byte> x0, Vector512<byte> x1, Vector512<byte> x2, Vector512<byte> x3,
        out Vector512<byte> q0, out Vector512<byte> q1, out Vector512<byte> q2, out Vector512<byte> q3) =>
        Bytes512.Interleave(x0, x1, x2, x3, out q0, out q1, out q2, out q3);

    [MethodImpl(Inline)]
    public static Vector256<sbyte> All(int quad) => Vector256.Create(quad).AsSByte();

    [MethodImpl(Inline)]
    public static Vector256<int> MultiplyAddLower(Vector256<int> sums, Vector512<byte> quads, Vector256<sbyte> weights) =>
        AvxVnni.MultiplyWideningAndAdd(sums, quads.GetLower(), weights);

    [MethodImpl(Inline)]
    public static Vector256<int> MultiplyAddUpper(Vector256<int> sums, Vector512<byte> quads, Vector256<sbyte> weights) =>
        AvxVnni.MultiplyWideningAndAdd(sums, quads.GetUpper(), weights);

    [MethodImpl(Inline)]
    public static void Store(Vector256<int> first, Vector256<int> second, int* to)
    {
        first.Store(to);
        second.Store(to + 8);
    }
}
