using System.Numerics.Tensors;

namespace Seven.Pruning.Criteria;

/// <summary>|θ|, the weight's size (Zhu and Gupta, "To prune, or not to prune", 2017).</summary>
public sealed record MagnitudeCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "magnitude";

    /// <inheritdoc />
    public int MemoryArrays => 0;

    /// <inheritdoc />
    public void Update(int pruningStep, in WeightChunk chunk) => TensorPrimitives.Abs(chunk.Weights, chunk.Scores);
}
