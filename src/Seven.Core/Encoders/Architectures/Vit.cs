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
        layers: VitLayers("vit.encoder.layer"),
        heads: new Dictionary<HeadKind, HeadDescription>
        {
            [HeadKind.ImageClassification] = new() { Norm = "vit.layernorm", Output = "classifier", HasDropout = false },
        })
    { RenamedParts = RenamedOfVit() };

    /// <summary>The layers' names from version 5 on.</summary>
    private static IReadOnlyList<(string, string)> RenamedOfVit() =>
    [
        (".encoder.layer.", ".layers."), (".attention.attention.query.", ".attention.q_proj."), (".attention.attention.key.", ".attention.k_proj."), (".attention.attention.value.", ".attention.v_proj."),
        (".attention.output.dense.", ".attention.o_proj."), (".intermediate.dense.", ".mlp.fc1."), (".output.dense.", ".mlp.fc2."),
    ];

    /// <summary>The layers' names in ViT and those that followed it.</summary>
    private static LayerNames VitLayers(string prefix) => new()
    {
        Prefix = prefix,
        Query = "attention.attention.query",
        Key = "attention.attention.key",
        Value = "attention.attention.value",
        AttentionOutput = "attention.output.dense",
        AttentionNorm = "layernorm_before",
        Intermediate = "intermediate.dense",
        Output = "output.dense",
        OutputNorm = "layernorm_after",
    };
}
