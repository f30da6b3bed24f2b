using Seven.Training.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>H·g on any device. Does what Curvature does in Seven.Core.</summary>
internal static class TensorCurvature
{
    /// <summary>Puts H·g into the place of the weights' gradients; the weights are as before.</summary>
    /// <param name="weights">The weights with respect to which it is taken.</param>
    /// <param name="computeGradients">Computes the gradients of the batch anew.</param>
    public static void Read(IReadOnlyList<Tensor> weights, Action computeGradients)
    {
        using var scope = NewDisposeScope();
        computeGradients();
        Tensor[] start = Copies(weights), direction = Copies(weights.Select(weight => weight.grad!));
        double length = Norm(direction);
        if (length == 0)
            return;
        double step = Curvature.Distance * Math.Max(Norm(start), 1e-6) / length;
        Tensor[] ahead = GradientsAt(step);
        GradientsAt(-step);
        using var _ = no_grad();
        for (int i = 0; i < weights.Count; i++)
        {
            weights[i].copy_(start[i]);
            using var gradient = weights[i].grad!;
            gradient.copy_(ahead[i].sub(gradient).div(2 * step));
        }

        Tensor[] GradientsAt(double distance)
        {
            using (no_grad())
                for (int i = 0; i < weights.Count; i++)
                    weights[i].copy_(start[i].add(direction[i], distance));
            computeGradients();
            return Copies(weights.Select(weight => weight.grad!));
        }
    }

    private static Tensor[] Copies(IEnumerable<Tensor> tensors) => [.. tensors.Select(tensor => tensor.detach().clone())];

    private static double Norm(IEnumerable<Tensor> tensors) => Math.Sqrt(tensors.Sum(tensor => (double)tensor.square().sum().ToSingle()));
}
