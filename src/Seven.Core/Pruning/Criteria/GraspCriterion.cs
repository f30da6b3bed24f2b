using System.Runtime.CompilerServices;
using Seven.Numerics;

namespace Seven.Pruning.Criteria;

/// <summary>GraSP (Wang et al., "Picking Winning Tickets Before Training by Preserving Gradient Flow", ICLR 2020): θ · (H·g), by how much the norm of the gradient falls where a weight is removed. Everything is pruned at once.</summary>
/// <remarks>
/// H is the Hessian of the loss. The training engines compute H·g of one batch as the difference of two gradients, of weights moved a little along g and against it:
/// two more passes over that batch, and one for g itself. The paper divides outputs by 200 before softmax, for networks that were not trained yet; here the loss is as it is.
/// </remarks>
public sealed record GraspCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "GraSP";

    /// <inheritdoc />
    public int MemoryArrays => 0;

    /// <inheritdoc />
    public bool IsOneShot => true;

    /// <inheritdoc />
    public bool UsesCurvature => true;

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(default(Step));

    private readonly struct Step : ICriterionStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
            where TLanes : struct, ILanes<TValue> => score = TLanes.Multiply(weight, gradient);
    }
}
