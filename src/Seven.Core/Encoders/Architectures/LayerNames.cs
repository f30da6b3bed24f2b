namespace Seven.Encoders.Architectures;

/// <summary>Names of the tensors of the transformer layers, without <c>.weight</c> and <c>.bias</c>.</summary>
internal sealed record LayerNames
{
    /// <summary>What stands before the layer's number.</summary>
    public required string Prefix { get; init; }

    public required string Query { get; init; }

    public required string Key { get; init; }

    public required string Value { get; init; }

    public required string AttentionOutput { get; init; }

    public required string AttentionNorm { get; init; }

    public required string Intermediate { get; init; }

    public required string Output { get; init; }

    public required string OutputNorm { get; init; }

    /// <summary>The full names of one layer's tensors.</summary>
    /// <param name="layer">The layer's number, from 0.</param>
    public LayerNames Of(int layer)
    {
        string prefix = $"{Prefix}.{layer}";
        return new LayerNames
        {
            Prefix = prefix,
            Query = $"{prefix}.{Query}",
            Key = $"{prefix}.{Key}",
            Value = $"{prefix}.{Value}",
            AttentionOutput = $"{prefix}.{AttentionOutput}",
            AttentionNorm = $"{prefix}.{AttentionNorm}",
            Intermediate = $"{prefix}.{Intermediate}",
            Output = $"{prefix}.{Output}",
            OutputNorm = $"{prefix}.{OutputNorm}",
        };
    }
}
