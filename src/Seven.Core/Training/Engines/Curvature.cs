using System.Numerics.Tensors;
using Seven.Weights;

namespace Seven.Training.Engines;

/// <summary>H·g, the Hessian of a batch's loss times its gradient, by the difference of two gradients: (∇L(θ + εg) - ∇L(θ - εg)) / 2ε.</summary>
internal static class Curvature
{
    /// <summary>How far weights are moved, as a share of their norm: far enough for the difference to exceed float32's rounding, near enough for the third derivative not to count.</summary>
    public const double Distance = 1e-3;

    /// <summary>Puts H·g into the place of the weights' gradients; the weights are as before.</summary>
    /// <param name="weights">The weights with respect to which it is taken.</param>
    /// <param name="computeGradients">Computes the gradients of the batch anew.</param>
    public static void Read(IReadOnlyList<IPrunableWeight> weights, Action computeGradients)
    {
        computeGradients();
        float[][] start = [.. weights.Select(weight => weight.Values.ToArray())], direction = [.. weights.Select(weight => weight.Gradient.ToArray())];
        double length = Norm(direction);
        if (length == 0)
            return;
        float step = (float)(Distance * Math.Max(Norm(start), 1e-6) / length);
        float[][] ahead = GradientsAt(step);
        GradientsAt(-step);
        for (int i = 0; i < weights.Count; i++)
        {
            start[i].CopyTo(weights[i].Values);
            TensorPrimitives.Subtract<float>(ahead[i], weights[i].Gradient, weights[i].Gradient);
            TensorPrimitives.Divide<float>(weights[i].Gradient, 2 * step, weights[i].Gradient);
        }

        float[][] GradientsAt(float distance)
        {
            for (int i = 0; i < weights.Count; i++)
                TensorPrimitives.MultiplyAdd<float>(direction[i], distance, start[i], weights[i].Values);
            computeGradients();
            return [.. weights.Select(weight => weight.Gradient.ToArray())];
        }
    }

    private static double Norm(float[][] arrays) => Math.Sqrt(arrays.Sum(array => (double)TensorPrimitives.SumOfSquares<float>(array)));
}
