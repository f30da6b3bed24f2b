namespace Seven.Pruning.Patterns;

/// <summary>Every weight by itself, as in the paper.</summary>
public sealed record Unstructured : MaskPattern
{
    /// <inheritdoc />
    public override string Name => "unstructured";
}
