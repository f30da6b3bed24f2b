using System.Numerics.Tensors;

namespace Seven.Pruning.Criteria;

/// <summary>|θ · g| of the latest step: SNIP's score, taken anew at each step of a schedule.</summary>
public sealed record SensitivityCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "sensitivity";

    /// <inheritdoc />
    public int MemoryArrays => 0;

    /// <inheritdoc />
    public void Update(int pruningStep, in WeightChunk chunk)
    {
        TensorPrimitives.Multiply(chunk.Weights, chunk.Gradients, chunk.Scores);
        TensorPrimitives.Abs(chunk.Scores, chunk.Scores);
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
    public void Update(int pruningStep, in WeightChunk chunk) => _sensitivity.Update(pruningStep, chunk);
}
