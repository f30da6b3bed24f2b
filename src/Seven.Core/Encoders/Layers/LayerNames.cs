namespace Seven.Encoders.Layers;

/// <summary>What Hugging Face calls the parts of one transformer layer.</summary>
internal sealed record LayerNames(
    string Query, string Key, string Value, string AttentionOutput, string AttentionNorm,
    string Intermediate, string Output, string OutputNorm)
{
    public static LayerNames Bert(int layer)
    {
        string prefix = $"bert.encoder.layer.{layer}";
        return new(
            $"{prefix}.attention.self.query", $"{prefix}.attention.self.key", $"{prefix}.attention.self.value",
            $"{prefix}.attention.output.dense", $"{prefix}.attention.output.LayerNorm",
            $"{prefix}.intermediate.dense", $"{prefix}.output.dense", $"{prefix}.output.LayerNorm");
    }

    public static LayerNames Vit(int layer)
    {
        string prefix = $"vit.encoder.layer.{layer}";
        return new(
            $"{prefix}.attention.attention.query", $"{prefix}.attention.attention.key", $"{prefix}.attention.attention.value",
            $"{prefix}.attention.output.dense", $"{prefix}.layernorm_before",
            $"{prefix}.intermediate.dense", $"{prefix}.output.dense", $"{prefix}.layernorm_after");
    }
}
