using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Seven.Numerics.Simd;

/// <summary>Work on a tile of tokens as bytes, written once for every width.</summary>
internal interface IByteJob
{
    void Run<TLanes, TBytes, TWeights, TSums>()
        where TLanes : struct, IByteLanes<TBytes, TWeights, TSums>
        where TBytes : struct
        where TWeights : struct
        where TSums : struct;
}

/// <summary>Chooses the tiles of tokens that this machine multiplies as bytes. The one place where that is decided.</summary>
internal static class ByteWidth
{
    /// <summary>Tokens of the smallest tile, of which every other is a multiple.</summary>
    public const int SmallestTile = 16;

    /// <summary>The largest size of a weight: 127 where products do not saturate, else 63. The same for tiles of all widths.</summary>
    public static int LargestWeight
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Bytes128.LargestWeight;
    }

    /// <summary>The value subtracted from an activation's byte before it is multiplied.</summary>
    public static int Offset => Bytes128.Offset;

    /// <summary>Tokens of the next tile.</summary>
    /// <param name="tokensLeft">Tokens that are left.</param>
    public static int TileOf(int tokensLeft) => tokensLeft > 32 && Avx512BW.IsSupported ? 64 : tokensLeft > 16 && Avx2.IsSupported ? 32 : SmallestTile;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TJob>(int tile, TJob job)
        where TJob : struct, IByteJob
    {
        if (tile == 64 && AvxVnni.IsSupported)
            job.Run<Bytes512Vnni, Vector512<byte>, Vector256<sbyte>, Vector256<int>>();
        else if (tile == 64)
            job.Run<Bytes512, Vector512<byte>, Vector512<sbyte>, Vector512<int>>();
        else if (tile == 32)
            job.Run<Bytes256, Vector256<byte>, Vector256<sbyte>, Vector256<int>>();
        else
            job.Run<Bytes128, Vector128<byte>, Vector128<sbyte>, Vector128<int>>();
    }
}
