using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Numerics;

/// <summary>x.</summary>
internal readonly struct Identity : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => x;
}

/// <summary>x + y.</summary>
internal readonly struct Sum : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Add(x, y);
}

/// <summary>GELU in its exact form, x · Φ(x), with Φ the normal distribution (Hendrycks and Gimpel, 2016).</summary>
internal readonly struct Gelu : IUnaryFunction
{
    public const float SquareRootOfHalf = 0.70710678f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector half = TSimd.Multiply(x, TSimd.All(0.5f));
        TVector erf = SimdMath<TSimd, TVector>.Erf(TSimd.Multiply(x, TSimd.All(SquareRootOfHalf)));
        return TSimd.MultiplyAdd(half, erf, half);
    }
}

/// <summary>GELU for values that become bytes: off by at most 1e-4 · |x|, and without a division.</summary>
/// <remarks>Φ(x) = ½ + x · P(x²) for x held to [-4, 4], with P of degree 7: the minimax polynomial for x · Φ(x).</remarks>
internal readonly struct ApproximateGelu : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector held = TSimd.Min(TSimd.Max(x, TSimd.All(-4f)), TSimd.All(4f));
        TVector s = TSimd.Multiply(held, held);
        TVector p = TSimd.MultiplyAdd(s, TSimd.All(-1.302143504e-09f), TSimd.All(1.042459274e-07f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(-3.658311925e-06f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(7.486937102e-05f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(-1.006585197e-03f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(9.505729191e-03f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(-6.588838249e-02f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(3.986736834e-01f));
        return TSimd.Multiply(x, TSimd.MultiplyAdd(p, held, TSimd.All(0.5f)));
    }
}

/// <summary>dy · (Φ(x) + x · φ(x)), from the input of GELU and the gradient of its output.</summary>
internal readonly struct GeluGradient : IBinaryFunction
{
    private const float DensityAtZero = 0.39894228f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector dy)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector erf = SimdMath<TSimd, TVector>.Erf(TSimd.Multiply(x, TSimd.All(Gelu.SquareRootOfHalf)));
        TVector distribution = TSimd.MultiplyAdd(erf, TSimd.All(0.5f), TSimd.All(0.5f));
        TVector exponent = TSimd.Multiply(TSimd.Multiply(x, x), TSimd.All(-0.5f));
        TVector density = TSimd.Multiply(SimdMath<TSimd, TVector>.Exp(exponent), TSimd.All(DensityAtZero));
        return TSimd.Multiply(dy, TSimd.MultiplyAdd(x, density, distribution));
    }
}

/// <summary>max(x, 0).</summary>
internal readonly struct Relu : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.SelectGreater(x, TSimd.All(0f), x, TSimd.All(0f));
}

/// <summary>dy where x is positive, else 0.</summary>
internal readonly struct ReluGradient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x, TVector dy)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.SelectGreater(x, TSimd.All(0f), dy, TSimd.All(0f));
}
