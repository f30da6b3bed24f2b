using System.Runtime.CompilerServices;
using Seven.Numerics;

namespace Seven.Pruning.Criteria;

/// <summary>|θ|, the weight's size (Zhu and Gupta, "To prune, or not to prune", 2017).</summary>
public sealed record MagnitudeCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "magnitude";

    /// <inheritdoc />
    public int MemoryArrays => 0;

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(default(Step));

    private readonly struct Step : ICriterionStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
            where TLanes : struct, ILanes<TValue> => score = TLanes.Abs(weight);
    }
}
