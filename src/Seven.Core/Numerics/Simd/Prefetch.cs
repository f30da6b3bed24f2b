using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Seven.Numerics.Simd;

/// <summary>Asks for weights before they are read: they come in once from the memory or the third-level cache, in streams too short for the processor to foresee them in time.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Bytes of a cache line.</summary>
    public const int LineBytes = 64;

    /// <summary>Bytes from what is read to what is asked for: they take about as long to multiply as the memory takes to answer.</summary>
    public const int Distance = 2048;

    /// <summary>Brings a cache line near. The address need not be one of the process; nothing is done where .NET has no such instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
