using System.Runtime.CompilerServices;
using Seven.Numerics;

namespace Seven.Pruning.Criteria;

/// <summary>|θ · g| of the latest step: SNIP's score, taken anew at each step of a schedule.</summary>
public sealed record SensitivityCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "sensitivity";

    /// <inheritdoc />
    public int MemoryArrays => 0;

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(default(Step));

    private readonly struct Step : ICriterionStep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
            where TLanes : struct, ILanes<TValue> => score = TLanes.Abs(TLanes.Multiply(weight, gradient));
    }
}

/// <summary>SNIP (Lee et al., ICLR 2019): |θ · g| of one batch, and everything is pruned at once.</summary>
public sealed record SnipCriterion : ICriterion
{
    private readonly SensitivityCriterion _sensitivity = new();

    /// <inheritdoc />
    public string Name => "SNIP";

    /// <inheritdoc />
    public int MemoryArrays => 0;

    /// <inheritdoc />
    public bool IsOneShot => true;

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => _sensitivity.Update(pruningStep, weights);
}
