namespace Seven.Encoders.Architectures;

public sealed partial class Architecture
{
    /// <summary>BERT (Devlin et al., 2019).</summary>
    public static Architecture Bert { get; } = new(
        modelType: "bert",
        classPrefix: "Bert",
        tensorPrefix: "bert.",
        keys: new ConfigurationKeys(),
        normPlacement: NormPlacement.After,
        input: new TextNames
        {
            Words = "bert.embeddings.word_embeddings.weight",
            Positions = "bert.embeddings.position_embeddings.weight",
            Segments = "bert.embeddings.token_type_embeddings.weight",
            Norm = "bert.embeddings.LayerNorm",
        },
        layers: BertLayers("bert.encoder.layer"),
        heads: new Dictionary<HeadKind, HeadDescription>
        {
            [HeadKind.SequenceClassification] = new() { Dense = "bert.pooler.dense", Function = HeadFunction.Tanh, Output = "classifier", DropoutKey = "classifier_dropout" },
            [HeadKind.TokenClassification] = new() { Output = "classifier", DropoutKey = "classifier_dropout" },
            [HeadKind.QuestionAnswering] = new() { Output = "qa_outputs", HasDropout = false },
        });

    /// <summary>The layers' names in BERT and those that followed it.</summary>
    private static LayerNames BertLayers(string prefix) => new()
    {
        Prefix = prefix,
        Query = "attention.self.query",
        Key = "attention.self.key",
        Value = "attention.self.value",
        AttentionOutput = "attention.output.dense",
        AttentionNorm = "attention.output.LayerNorm",
        Intermediate = "intermediate.dense",
        Output = "output.dense",
        OutputNorm = "output.LayerNorm",
    };
}
