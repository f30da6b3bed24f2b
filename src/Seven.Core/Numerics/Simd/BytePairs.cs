using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Seven.Numerics.Simd;

/// <summary>Two quads of a tile of 16 tokens at once with AVX2, one in each half of a vector: <see cref="Bytes256"/> interleaves and multiplies them like one of 32 tokens.</summary>
internal static unsafe class BytePairs
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Two columns.</summary>
    [MethodImpl(Inline)]
    public static Vector256<byte> Load(byte* first, byte* second) => Vector256.Create(Vector128.Load(first), Vector128.Load(second));

    /// <summary>Two fours of weights that follow one another, each for the tokens of its half.</summary>
    [MethodImpl(Inline)]
    public static Vector256<sbyte> Weights(int* quads) =>
        Avx.PermuteVar(Vector256.Create(*(long*)quads).AsSingle(), Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1)).AsSByte();

    /// <summary>Four weights for the lower half alone.</summary>
    [MethodImpl(Inline)]
    public static Vector256<sbyte> Lower(int quad) => Vector256.Create(Vector128.Create(quad), Vector128<int>.Zero).AsSByte();

    /// <summary>Stores a quarter of the tile's sums, which are those of both halves.</summary>
    [MethodImpl(Inline)]
    public static void Store(Vector256<int> sums, int* to) => (sums.GetLower() + sums.GetUpper()).Store(to);
}
