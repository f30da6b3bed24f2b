namespace Seven.Encoders.Architectures;

public sealed partial class Architecture
{
    /// <summary>The vision transformer (Dosovitskiy et al., 2021).</summary>
    public static Architecture Vit { get; } = new(
        modelType: "vit",
        classPrefix: "ViT",
        tensorPrefix: "vit.",
        keys: new ConfigurationKeys(),
        normPlacement: NormPlacement.Before,
        input: new ImageNames
        {
            ClassToken = "vit.embeddings.cls_token",
            Positions = "vit.embeddings.position_embeddings",
            Patches = "vit.embeddings.patch_embeddings.projection",
        },
        layers: new LayerNames
        {
            Prefix = "vit.encoder.layer",
            Query = "attention.attention.query",
            Key = "attention.attention.key",
            Value = "attention.attention.value",
            AttentionOutput = "attention.output.dense",
            AttentionNorm = "layernorm_before",
            Intermediate = "intermediate.dense",
            Output = "output.dense",
            OutputNorm = "layernorm_after",
        },
        heads: new Dictionary<HeadKind, HeadDescription>
        {
            [HeadKind.ImageClassification] = new() { Norm = "vit.layernorm", Output = "classifier", HasDropout = false },
        });
}
