namespace Seven.Numerics;

/// <summary>Arithmetic on many values at once: the lanes of a vector register, or the elements of a tensor. What is written over lanes runs on both.</summary>
/// <typeparam name="TValue">The values.</typeparam>
public interface ILanes<TValue>
{
    /// <summary>One value in all lanes.</summary>
    /// <param name="value">The value.</param>
    static abstract TValue All(float value);

    /// <summary>left + right.</summary>
    /// <param name="left">The first values.</param>
    /// <param name="right">The second values.</param>
    static abstract TValue Add(TValue left, TValue right);

    /// <summary>left - right.</summary>
    /// <param name="left">The first values.</param>
    /// <param name="right">The second values.</param>
    static abstract TValue Subtract(TValue left, TValue right);

    /// <summary>left · right.</summary>
    /// <param name="left">The first values.</param>
    /// <param name="right">The second values.</param>
    static abstract TValue Multiply(TValue left, TValue right);

    /// <summary>left / right.</summary>
    /// <param name="left">The first values.</param>
    /// <param name="right">The second values.</param>
    static abstract TValue Divide(TValue left, TValue right);

    /// <summary>left · right + addend, fused where the hardware fuses.</summary>
    /// <param name="left">The first factors.</param>
    /// <param name="right">The second factors.</param>
    /// <param name="addend">What is added.</param>
    static abstract TValue MultiplyAdd(TValue left, TValue right, TValue addend);

    /// <summary>The square root.</summary>
    /// <param name="value">The values.</param>
    static abstract TValue Sqrt(TValue value);

    /// <summary>eˣ.</summary>
    /// <param name="value">The values.</param>
    static abstract TValue Exp(TValue value);

    /// <summary>The absolute value.</summary>
    /// <param name="value">The values.</param>
    static abstract TValue Abs(TValue value);

    /// <summary>The larger value of each lane.</summary>
    /// <param name="left">The first values.</param>
    /// <param name="right">The second values.</param>
    static abstract TValue Max(TValue left, TValue right);

    /// <summary>The smaller value of each lane.</summary>
    /// <param name="left">The first values.</param>
    /// <param name="right">The second values.</param>
    static abstract TValue Min(TValue left, TValue right);
}
