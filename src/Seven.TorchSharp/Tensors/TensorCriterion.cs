using Seven.Pruning.Criteria;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>The criteria as tensor operations, for weights that are not in the computer's memory. Each does what its namesake in Seven.Core does.</summary>
internal static class TensorCriterion
{
    /// <exception cref="NotSupportedException">There are no tensor operations for this criterion.</exception>
    public static void Check(ICriterion criterion)
    {
        if (criterion is not (SevenCriterion or MagnitudeCriterion or SensitivityCriterion or SnipCriterion or MovementCriterion or PlatonCriterion))
            throw new NotSupportedException(
                $"The criterion {criterion.Name} has no tensor operations; expected SEVEN, magnitude, sensitivity, SNIP, movement or PLATON, or a model on the CPU.");
    }

    /// <param name="criterion">What decides.</param>
    /// <param name="step">t, from 0.</param>
    /// <param name="weight">θ.</param>
    /// <param name="gradient">g; pruned weights' are zeros.</param>
    /// <param name="scores">The scores, brought up to date.</param>
    /// <param name="memory">The criterion's arrays, brought up to date.</param>
    public static void Update(ICriterion criterion, int step, Tensor weight, Tensor gradient, Tensor scores, IReadOnlyList<Tensor> memory)
    {
        switch (criterion)
        {
            case SevenCriterion seven:
                Seven(seven, step, weight, gradient, scores, memory[0], memory[1]);
                break;
            case MagnitudeCriterion:
                scores.copy_(weight.abs());
                break;
            case SensitivityCriterion or SnipCriterion:
                scores.copy_(weight.mul(gradient).abs_());
                break;
            case MovementCriterion:
                scores.addcmul_(weight, gradient, -1);
                break;
            case PlatonCriterion platon:
                Platon(platon, step, weight, gradient, scores, memory[0], memory[1], memory[2]);
                break;
        }
    }

    private static void Seven(SevenCriterion criterion, int step, Tensor weight, Tensor gradient, Tensor scores, Tensor m, Tensor v)
    {
        double correction1 = 1 / (1 - Math.Pow(criterion.MagnitudeSmoothing, step + 1));
        double correction2 = 1 / (1 - Math.Pow(criterion.SquareSmoothing, step + 1));
        using var a = gradient.abs();
        m.mul_(criterion.MagnitudeSmoothing).add_(a, 1 - criterion.MagnitudeSmoothing);
        v.mul_(criterion.SquareSmoothing).addcmul_(a, a, 1 - criterion.SquareSmoothing);
        using var deviation = v.mul(correction2).sqrt_().add_(1e-9);
        using var score = weight.abs().mul_(a).mul_(m).mul_(correction1).div_(deviation);
        scores.mul_(criterion.ScoreDecay).add_(score);
    }

    private static void Platon(
        PlatonCriterion criterion, int step, Tensor weight, Tensor gradient, Tensor scores, Tensor smoothed, Tensor uncertainty, Tensor window)
    {
        using var sensitivity = weight.mul(gradient).abs_();
        window.add_(sensitivity, step == 0 ? 1 : 1.0 / criterion.Window);
        if (step % criterion.Window != 0)
            return;
        smoothed.mul_(criterion.SensitivitySmoothing).add_(window, 1 - criterion.SensitivitySmoothing);
        using var distance = window.sub(smoothed).abs_();
        uncertainty.mul_(criterion.UncertaintySmoothing).add_(distance, 1 - criterion.UncertaintySmoothing);
        scores.copy_(smoothed.mul(uncertainty));
        window.zero_();
    }
}
