using System.Runtime.Intrinsics;

namespace Seven.Numerics.Simd;

/// <summary>The operations of a vector register that kernels use, so that one kernel text serves every width.</summary>
/// <typeparam name="TVector">The hardware vector: 128, 256 or 512 bits of floats.</typeparam>
/// <remarks>The JIT compiles a generic kernel anew for each implementation, with every call below inlined.</remarks>
internal unsafe interface ISimd<TVector> : ILanes<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Vectors side by side in a matrix-multiplication tile: as many as the register file holds six rows of.</summary>
    static abstract int TileVectors { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* destination);

    /// <summary>Integers as floats.</summary>
    static abstract TVector LoadIntegers(int* source);

    static abstract TVector Round(TVector value);

    /// <summary>value · 2^power for a whole power in [-126, 127].</summary>
    static abstract TVector ScaleByPowerOfTwo(TVector value, TVector power);

    /// <summary>whenTrue where left &gt; right, else whenFalse, lane by lane.</summary>
    static abstract TVector SelectGreater(TVector left, TVector right, TVector whenTrue, TVector whenFalse);

    /// <summary>The magnitude of one vector with the sign of another.</summary>
    static abstract TVector CopySign(TVector magnitude, TVector sign);

    /// <summary>The sum over the lanes of each of four vectors.</summary>
    static abstract Vector128<float> Sums(TVector a, TVector b, TVector c, TVector d);

    /// <summary>A mixed 32-bit hash of (index + lane), as a float in [0, 1).</summary>
    static abstract TVector UniformHash(uint index, uint key);
}
