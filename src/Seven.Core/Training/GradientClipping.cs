using System.Numerics.Tensors;
using Seven.Encoders;
using Seven.Numerics;

namespace Seven.Training;

/// <summary>Keeps the norm of all gradients together below a limit (Pascanu et al., 2013).</summary>
internal static class GradientClipping
{
    /// <returns>The norm before clipping.</returns>
    public static double Clip(IReadOnlyList<Parameter> parameters, double largestNorm, Workers workers)
    {
        var squares = new double[parameters.Count];
        workers.For(parameters.Count, grain: 1, (start, end) =>
        {
            for (int i = start; i < end; i++)
                squares[i] = TensorPrimitives.SumOfSquares<float>(parameters[i].Gradient);
        });

        double norm = Math.Sqrt(squares.Sum());
        if (norm > largestNorm)
        {
            float scale = (float)(largestNorm / norm);
            workers.For(parameters.Count, grain: 1, (start, end) =>
            {
                for (int i = start; i < end; i++)
                    TensorPrimitives.Multiply(parameters[i].Gradient, scale, parameters[i].Gradient);
            });
        }

        return norm;
    }
}
