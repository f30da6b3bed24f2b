namespace Seven.Encoders.Architectures;

public sealed partial class Architecture
{
    /// <summary>DistilBERT (Sanh et al., 2019): BERT without segments and pooler.</summary>
    public static Architecture DistilBert { get; } = new(
        modelType: "distilbert",
        classPrefix: "DistilBert",
        tensorPrefix: "distilbert.",
        keys: new ConfigurationKeys
        {
            HiddenSize = "dim",
            Layers = "n_layers",
            Heads = "n_heads",
            IntermediateSize = "hidden_dim",
            Activation = "activation",
            NormEpsilon = null,
            HiddenDropout = "dropout",
            AttentionDropout = "attention_dropout",
        },
        normPlacement: NormPlacement.After,
        input: new TextNames
        {
            Words = "distilbert.embeddings.word_embeddings.weight",
            Positions = "distilbert.embeddings.position_embeddings.weight",
            Norm = "distilbert.embeddings.LayerNorm",
        },
        layers: new LayerNames
        {
            Prefix = "distilbert.transformer.layer",
            Query = "attention.q_lin",
            Key = "attention.k_lin",
            Value = "attention.v_lin",
            AttentionOutput = "attention.out_lin",
            AttentionNorm = "sa_layer_norm",
            Intermediate = "ffn.lin1",
            Output = "ffn.lin2",
            OutputNorm = "output_layer_norm",
        },
        heads: new Dictionary<HeadKind, HeadDescription>
        {
            [HeadKind.SequenceClassification] = new() { Dense = "pre_classifier", Function = HeadFunction.Relu, Output = "classifier", DropoutKey = "seq_classif_dropout" },
            [HeadKind.TokenClassification] = new() { Output = "classifier" },
            [HeadKind.QuestionAnswering] = new() { Output = "qa_outputs", DropoutKey = "qa_dropout" },
        });
}
