using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Seven.Numerics.Simd;

/// <summary>256-bit vectors of 8 floats.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    public static int TileVectors
    {
        [MethodImpl(Inline)]
        get => 2;
    }

    [MethodImpl(Inline)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector256<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static Vector256<float> All(float value) => Vector256.Create(value);

    [MethodImpl(Inline)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    [MethodImpl(Inline)]
    public static Vector256<float> Subtract(Vector256<float> left, Vector256<float> right) => left - right;

    [MethodImpl(Inline)]
    public static Vector256<float> Multiply(Vector256<float> left, Vector256<float> right) => left * right;

    [MethodImpl(Inline)]
    public static Vector256<float> Divide(Vector256<float> left, Vector256<float> right) => left / right;

    [MethodImpl(Inline)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(Inline)]
    public static Vector256<float> Sqrt(Vector256<float> value) => Vector256.Sqrt(value);

    [MethodImpl(Inline)]
    public static Vector256<float> Exp(Vector256<float> value) => SimdMath<Simd256, Vector256<float>>.Exp(value);

    [MethodImpl(Inline)]
    public static Vector256<float> Abs(Vector256<float> value) => Vector256.Abs(value);

    [MethodImpl(Inline)]
    public static Vector256<float> Max(Vector256<float> left, Vector256<float> right) => Vector256.MaxNative(left, right);

    [MethodImpl(Inline)]
    public static Vector256<float> Min(Vector256<float> left, Vector256<float> right) => Vector256.MinNative(left, right);

    [MethodImpl(Inline)]
    public static Vector256<float> LoadIntegers(int* source) => Vector256.ConvertToSingle(Vector256.Load(source));

    [MethodImpl(Inline)]
    public static Vector256<float> Round(Vector256<float> value) => Vector256.Round(value);

    [MethodImpl(Inline)]
    public static Vector256<float> ScaleByPowerOfTwo(Vector256<float> value, Vector256<float> power) =>
        value * ((Vector256.ConvertToInt32Native(power) + Vector256.Create(127)) << 23).AsSingle();

    [MethodImpl(Inline)]
    public static Vector256<float> SelectGreater(
        Vector256<float> left, Vector256<float> right, Vector256<float> whenTrue, Vector256<float> whenFalse) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(left, right), whenTrue, whenFalse);

    [MethodImpl(Inline)]
    public static Vector256<float> CopySign(Vector256<float> magnitude, Vector256<float> sign) =>
        Vector256.CopySign(magnitude, sign);

    [MethodImpl(Inline)]
    public static Vector128<float> Sums(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) =>
        Simd128.Sums(a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());

    [MethodImpl(Inline)]
    public static Vector256<float> UniformHash(uint index, uint key)
    {
        var hash = Vector256<uint>.Indices + Vector256.Create(index);
        hash ^= Vector256.Create(key);
        hash = (hash ^ (hash >>> 16)) * Vector256.Create(0x7feb352du);
        hash = (hash ^ (hash >>> 15)) * Vector256.Create(0x846ca68bu);
        hash ^= hash >>> 16;
        return Vector256.ConvertToSingle((hash >>> 8).AsInt32()) * Vector256.Create(1f / (1 << 24));
    }
}
