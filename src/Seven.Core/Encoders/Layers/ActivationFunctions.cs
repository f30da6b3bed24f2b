using Seven.Numerics;

namespace Seven.Encoders.Layers;

/// <summary>The functions of feed-forward blocks over matrices.</summary>
internal static class ActivationFunctions
{
    /// <summary>y = activation(x), which may be one.</summary>
    public static void Apply(this Activation activation, Matrix x, Matrix y, Workers workers)
    {
        if (activation == Activation.Gelu)
            Elementwise.Apply<Gelu>(x, y, workers);
        else
            Elementwise.Apply<Relu>(x, y, workers);
    }

    /// <summary>Multiplies a gradient by the activation's slope at x.</summary>
    public static void ApplySlope(this Activation activation, Matrix x, Matrix gradient, Workers workers)
    {
        if (activation == Activation.Gelu)
            Elementwise.Apply<GeluGradient>(x, gradient, gradient, workers);
        else
            Elementwise.Apply<ReluGradient>(x, gradient, gradient, workers);
    }
}
