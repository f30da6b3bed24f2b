using Seven.Weights;

namespace Seven.Pruning.Patterns;

/// <summary>Whole heads of attention are removed: their rows of query, key and value, and their columns of the output. Nothing else is pruned.</summary>
/// <remarks>
/// The saved model has smaller matrices, with the heads listed as <c>pruned_heads</c> in <c>config.json</c> as Hugging Face lists them, so that any runtime has less to compute.
/// The sparsity is the share of heads. The best head of each layer stays, whatever its score. For networks of <c>Seven.Core</c>, trained by its own engine.
/// To prune further within what is left, prune the model again with another pattern.
/// </remarks>
public sealed record AttentionHeads : MaskPattern
{
    /// <inheritdoc />
    public override string Name => "attention heads";

    internal override StructureKind? Structure => StructureKind.AttentionHeads;
}
