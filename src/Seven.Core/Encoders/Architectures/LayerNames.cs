namespace Seven.Encoders.Architectures;

/// <summary>Names of the tensors of the transformer layers, without <c>.weight</c> and <c>.bias</c>.</summary>
internal sealed record LayerNames
{
    /// <summary>The prefix before the layer's number.</summary>
    public required string Prefix { get; init; }

    /// <summary>The layer of queries, or of queries, keys and values, one below the other, where those have no names.</summary>
    public required string Query { get; init; }

    public string? Key { get; init; }

    public string? Value { get; init; }

    public required string AttentionOutput { get; init; }

    public required string AttentionNorm { get; init; }

    public required string Intermediate { get; init; }

    public required string Output { get; init; }

    public required string OutputNorm { get; init; }

    /// <summary>Whether the first layer normalizes before attention.</summary>
    public bool FirstHasNorm { get; init; } = true;

    /// <summary>Whether the feed-forward block's first layer has outputs and gates for them, one below the other.</summary>
    public bool IsGated { get; init; }

    /// <summary>Whether linear layers and norms have biases and shifts; where not, those of the head and of the input have none either, but for the last layer.</summary>
    public bool HasBiases { get; init; } = true;

    /// <summary>The full names of one layer's tensors.</summary>
    /// <param name="layer">The layer's number, from 0.</param>
    public LayerNames Of(int layer)
    {
        string prefix = $"{Prefix}.{layer}";
        return this with
        {
            Prefix = prefix,
            Query = $"{prefix}.{Query}",
            Key = Key is null ? null : $"{prefix}.{Key}",
            Value = Value is null ? null : $"{prefix}.{Value}",
            AttentionOutput = $"{prefix}.{AttentionOutput}",
            AttentionNorm = $"{prefix}.{AttentionNorm}",
            Intermediate = $"{prefix}.{Intermediate}",
            Output = $"{prefix}.{Output}",
            OutputNorm = $"{prefix}.{OutputNorm}",
        };
    }
}
