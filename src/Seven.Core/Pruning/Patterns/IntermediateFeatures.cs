using Seven.Weights;

namespace Seven.Pruning.Patterns;

/// <summary>Whole features between the two linear layers of feed-forward blocks are removed: their row of the first and their column of the second. Nothing else is pruned.</summary>
/// <remarks>
/// The saved model has smaller matrices and a smaller <c>intermediate_size</c> in <c>config.json</c>, so that any runtime has less to compute. Every layer loses the same number, since Hugging Face's
/// format has one size for all. The sparsity is the share of features. For networks of <c>Seven.Core</c>, trained by its own engine.
/// To prune further within what is left, prune the model again with another pattern.
/// </remarks>
public sealed record IntermediateFeatures : MaskPattern
{
    /// <inheritdoc />
    public override string Name => "intermediate features";

    internal override StructureKind? Structure => StructureKind.IntermediateFeatures;

    internal override bool IsUniform => true;
}
