using System.Runtime.CompilerServices;

namespace Seven.Numerics.Simd;

/// <summary>Functions that hardware lacks, to a few units in the last place of a float.</summary>
internal static class SimdMath<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>eˣ, for x held to [-87.3, 88]: below, the result is the smallest normal float.</summary>
    /// <remarks>x = n·ln 2 + r with ln 2 in two parts, and a polynomial of degree 5 for eʳ (Cephes' expf).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        x = TSimd.Min(TSimd.Max(x, TSimd.All(-87.3f)), TSimd.All(88f));
        TVector power = TSimd.Round(TSimd.Multiply(x, TSimd.All(1.44269504f)));
        TVector r = TSimd.MultiplyAdd(power, TSimd.All(-0.693359375f), x);
        r = TSimd.MultiplyAdd(power, TSimd.All(2.12194440e-4f), r);
        TVector sum = TSimd.All(1.9875691500e-4f);
        sum = TSimd.MultiplyAdd(sum, r, TSimd.All(1.3981999507e-3f));
        sum = TSimd.MultiplyAdd(sum, r, TSimd.All(8.3334519073e-3f));
        sum = TSimd.MultiplyAdd(sum, r, TSimd.All(4.1665795894e-2f));
        sum = TSimd.MultiplyAdd(sum, r, TSimd.All(1.6666665459e-1f));
        sum = TSimd.MultiplyAdd(sum, r, TSimd.All(5.0000001201e-1f));
        sum = TSimd.MultiplyAdd(sum, TSimd.Multiply(r, r), TSimd.Add(r, TSimd.All(1f)));
        return TSimd.ScaleByPowerOfTwo(sum, power);
    }

    /// <summary>erf(x): an odd polynomial near zero, 1 - e^polynomial beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Erf(TVector x)
    {
        TVector t = TSimd.Abs(x);
        TVector s = TSimd.Multiply(x, x);
        return TSimd.SelectGreater(t, TSimd.All(0.927734375f), FarErf(x, t, s), NearErf(x, s));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector NearErf(TVector x, TVector s)
    {
        TVector r = TSimd.All(-5.96761703e-4f);
        r = TSimd.MultiplyAdd(r, s, TSimd.All(4.99119423e-3f));
        r = TSimd.MultiplyAdd(r, s, TSimd.All(-2.67681349e-2f));
        r = TSimd.MultiplyAdd(r, s, TSimd.All(1.12819925e-1f));
        r = TSimd.MultiplyAdd(r, s, TSimd.All(-3.76125336e-1f));
        r = TSimd.MultiplyAdd(r, s, TSimd.All(1.28379166e-1f));
        return TSimd.MultiplyAdd(r, x, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector FarErf(TVector x, TVector t, TVector s)
    {
        TVector r = TSimd.MultiplyAdd(TSimd.All(-1.72853470e-5f), t, TSimd.All(3.83197126e-4f));
        TVector u = TSimd.MultiplyAdd(TSimd.All(-3.88396438e-3f), t, TSimd.All(2.42546219e-2f));
        r = TSimd.MultiplyAdd(r, s, u);
        r = TSimd.MultiplyAdd(r, t, TSimd.All(-1.06777877e-1f));
        r = TSimd.MultiplyAdd(r, t, TSimd.All(-6.34846687e-1f));
        r = TSimd.MultiplyAdd(r, t, TSimd.All(-1.28717512e-1f));
        r = TSimd.MultiplyAdd(r, t, TSimd.Subtract(TSimd.All(0f), t));
        return TSimd.CopySign(TSimd.Subtract(TSimd.All(1f), Exp(r)), x);
    }
}
