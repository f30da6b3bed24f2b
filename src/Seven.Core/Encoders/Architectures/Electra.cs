namespace Seven.Encoders.Architectures;

public sealed partial class Architecture
{
    /// <summary>ELECTRA's discriminator (Clark et al., 2020): BERT with a head of its own for classes, and in small models vectors of words that are projected.</summary>
    public static Architecture Electra { get; } = new(
        modelType: "electra",
        classPrefix: "Electra",
        tensorPrefix: "electra.",
        keys: new ConfigurationKeys(),
        normPlacement: NormPlacement.After,
        input: new TextNames
        {
            Words = "electra.embeddings.word_embeddings.weight",
            Positions = "electra.embeddings.position_embeddings.weight",
            Segments = "electra.embeddings.token_type_embeddings.weight",
            Norm = "electra.embeddings.LayerNorm",
            Projection = "electra.embeddings_project",
        },
        layers: BertLayers("electra.encoder.layer"),
        heads: new Dictionary<HeadKind, HeadDescription>
        {
            [HeadKind.SequenceClassification] = new() { Dense = "classifier.dense", Function = HeadFunction.Gelu, DropsInput = true, Output = "classifier.out_proj", DropoutKey = "classifier_dropout" },
            [HeadKind.TokenClassification] = new() { Output = "classifier", DropoutKey = "classifier_dropout" },
            [HeadKind.QuestionAnswering] = new() { Output = "qa_outputs", HasDropout = false },
        });
}
