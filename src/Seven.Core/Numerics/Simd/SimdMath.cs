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

    /// <summary>2ˣ, for x of at most 127 held above -126. A few units in the last place for small |x|; the error grows with what x itself was rounded by.</summary>
    /// <remarks>x = n + r, and the minimax polynomial of degree 5 for 2ʳ, off by at most 8e-8 of it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp2(TVector x)
    {
        x = TSimd.Max(x, TSimd.All(-126f));
        TVector power = TSimd.Round(x);
        TVector r = TSimd.Subtract(x, power);
        TVector sum = TSimd.MultiplyAdd(r, TSimd.All(1.327639562e-3f), TSimd.All(9.675480425e-3f));
        sum = TSimd.MultiplyAdd(sum, r, TSimd.All(5.550713092e-2f));
        sum = TSimd.MultiplyAdd(sum, r, TSimd.All(2.402212024e-1f));
        sum = TSimd.MultiplyAdd(sum, r, TSimd.All(6.931469440e-1f));
        sum = TSimd.MultiplyAdd(sum, r, TSimd.All(1f));
        return TSimd.ScaleByPowerOfTwo(sum, power);
    }

    /// <summary>erf(x), for x held to [-4, 4], beyond which it is ±1: an odd polynomial over an even one, off by at most 4e-7 (the coefficients are Eigen's).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Erf(TVector x)
    {
        x = TSimd.Min(TSimd.Max(x, TSimd.All(-4f)), TSimd.All(4f));
        TVector s = TSimd.Multiply(x, x);
        TVector p = TSimd.MultiplyAdd(s, TSimd.All(-2.72614225801306e-10f), TSimd.All(2.77068142495902e-08f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(-2.10102402082508e-06f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(-5.69250639462346e-05f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(-7.34990630326855e-04f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(-2.95459980854025e-03f));
        p = TSimd.MultiplyAdd(p, s, TSimd.All(-1.60960333262415e-02f));
        TVector q = TSimd.MultiplyAdd(s, TSimd.All(-1.45660718464996e-05f), TSimd.All(-2.13374055278905e-04f));
        q = TSimd.MultiplyAdd(q, s, TSimd.All(-1.68282697438203e-03f));
        q = TSimd.MultiplyAdd(q, s, TSimd.All(-7.37332916720468e-03f));
        q = TSimd.MultiplyAdd(q, s, TSimd.All(-1.42647390514189e-02f));
        return TSimd.Divide(TSimd.Multiply(p, x), q);
    }
}
