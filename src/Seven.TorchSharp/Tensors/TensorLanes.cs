using Seven.Numerics;
using Seven.Pruning.Criteria;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>Lanes that are the elements of a tensor, on any device. Numbers are tensors without dimensions, which need not be on the device.</summary>
internal readonly struct TensorLanes : ILanes<Tensor>
{
    public static Tensor All(float value) => tensor(value);

    public static Tensor Add(Tensor left, Tensor right) => left.add(right);

    public static Tensor Subtract(Tensor left, Tensor right) => left.sub(right);

    public static Tensor Multiply(Tensor left, Tensor right) => left.mul(right);

    public static Tensor Divide(Tensor left, Tensor right) => left.div(right);

    public static Tensor MultiplyAdd(Tensor left, Tensor right, Tensor addend) => left.mul(right).add_(addend);

    public static Tensor Sqrt(Tensor value) => value.sqrt();

    public static Tensor Exp(Tensor value) => value.exp();

    public static Tensor Abs(Tensor value) => value.abs();

    public static Tensor Max(Tensor left, Tensor right) => maximum(left, right);

    public static Tensor Min(Tensor left, Tensor right) => minimum(left, right);
}

/// <summary>A layer's weights with what a criterion updates, as tensors.</summary>
/// <param name="weight">θ.</param>
/// <param name="gradient">g; that of pruned weights is zero.</param>
/// <param name="scores">The scores.</param>
/// <param name="memory">The criterion's arrays.</param>
internal sealed class TensorWeights(Tensor weight, Tensor gradient, Tensor scores, IReadOnlyList<Tensor> memory) : IScoredWeights
{
    public void Apply<TStep>(TStep update)
        where TStep : struct, ICriterionStep
    {
        using var scope = NewDisposeScope();
        Tensor[] found = [scores, .. Enumerable.Range(0, 3).Select(i => i < memory.Count ? memory[i] : scores)];
        Tensor[] updated = [.. found];
        update.Apply<TensorLanes, Tensor>(weight, gradient, ref updated[0], ref updated[1], ref updated[2], ref updated[3]);
        for (int i = 0; i <= memory.Count; i++)
            if (!ReferenceEquals(updated[i], found[i]))
                found[i].copy_(updated[i]);
    }
}
