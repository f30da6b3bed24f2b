using System.Runtime.CompilerServices;
using Seven.Numerics;

namespace Seven.Pruning.Criteria;

/// <summary>-Σ θ · g over the steps (Sanh et al., "Movement Pruning", 2020): weights that move away from zero stay.</summary>
public sealed record MovementCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "movement";

    /// <inheritdoc />
    public int MemoryArrays => 0;

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(default(Step));

    private readonly struct Step : ICriterionStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
            where TLanes : struct, ILanes<TValue> => score = TLanes.Subtract(score, TLanes.Multiply(weight, gradient));
    }
}
