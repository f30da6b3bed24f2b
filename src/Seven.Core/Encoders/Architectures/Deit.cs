namespace Seven.Encoders.Architectures;

public sealed partial class Architecture
{
    /// <summary>DeiT (Touvron et al., 2021): ViT with a second token, from which it has learned a teacher's answers.</summary>
    public static Architecture Deit { get; } = OfDeit(classSuffix: "", new HeadDescription { Norm = "deit.layernorm", Output = "classifier", HasDropout = false });

    /// <summary>DeiT with both heads: its answer is the mean of that of the class token's and that of the second token's.</summary>
    public static Architecture DeitWithTeacher { get; } = OfDeit(
        classSuffix: "WithTeacher", new HeadDescription { Norm = "deit.layernorm", Output = "cls_classifier", SecondOutput = "distillation_classifier", HasDropout = false });

    private static Architecture OfDeit(string classSuffix, HeadDescription head) => new(
        modelType: "deit",
        classPrefix: "DeiT",
        tensorPrefix: "deit.",
        keys: new ConfigurationKeys(),
        normPlacement: NormPlacement.Before,
        input: new ImageNames
        {
            ClassToken = "deit.embeddings.cls_token",
            DistillationToken = "deit.embeddings.distillation_token",
            Positions = "deit.embeddings.position_embeddings",
            Patches = "deit.embeddings.patch_embeddings.projection",
        },
        layers: VitLayers("deit.encoder.layer"),
        heads: new Dictionary<HeadKind, HeadDescription> { [HeadKind.ImageClassification] = head })
    { ClassSuffix = classSuffix, RenamedParts = RenamedOfVit() };
}
