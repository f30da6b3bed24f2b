using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Seven.Numerics.Simd;

/// <summary>Work written once for every vector width.</summary>
internal interface ISimdJob
{
    void Run<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}

/// <summary>Chooses the widest vectors that this machine computes with. The one place where that is decided.</summary>
internal static class SimdWidth
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TJob>(TJob job)
        where TJob : struct, ISimdJob, allows ref struct
    {
        if (Vector512.IsHardwareAccelerated)
            job.Run<Simd512, Vector512<float>>();
        else if (Vector256.IsHardwareAccelerated)
            job.Run<Simd256, Vector256<float>>();
        else
            job.Run<Simd128, Vector128<float>>();
    }
}
