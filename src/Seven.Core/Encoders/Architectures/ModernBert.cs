namespace Seven.Encoders.Architectures;

public sealed partial class Architecture
{
    /// <summary>ModernBERT (Warner et al., 2024): positions as rotations, gated feed-forward blocks, layers that see the neighborhood alone, and no biases.</summary>
    public static Architecture ModernBert { get; } = new(
        modelType: "modernbert",
        classPrefix: "ModernBert",
        tensorPrefix: "model.",
        keys: new ConfigurationKeys
        {
            Activation = "hidden_activation",
            NormEpsilon = "norm_eps",
            HiddenDropout = "embedding_dropout",
            AttentionDropout = "attention_dropout",
            Pooling = "classifier_pooling",
            FalseFlags = ["attention_bias", "mlp_bias", "norm_bias", "classifier_bias"],
        },
        normPlacement: NormPlacement.Before,
        input: new TextNames { Words = "model.embeddings.tok_embeddings.weight", Norm = "model.embeddings.norm" },
        layers: new LayerNames
        {
            Prefix = "model.layers",
            Query = "attn.Wqkv",
            AttentionOutput = "attn.Wo",
            AttentionNorm = "attn_norm",
            Intermediate = "mlp.Wi",
            Output = "mlp.Wo",
            OutputNorm = "mlp_norm",
            FirstHasNorm = false,
            IsGated = true,
            HasBiases = false,
        },
        heads: new Dictionary<HeadKind, HeadDescription>
        {
            [HeadKind.SequenceClassification] = ModernBertHead(),
            [HeadKind.TokenClassification] = ModernBertHead(),
            [HeadKind.QuestionAnswering] = ModernBertHead(),
            [HeadKind.Embedding] = new() { Norm = "model.final_norm", HasDropout = false, Output = null },
        });

    private static HeadDescription ModernBertHead() => new()
    {
        Norm = "model.final_norm",
        Dense = "head.dense",
        Function = HeadFunction.Gelu,
        NormAfterDense = "head.norm",
        DropoutKey = "classifier_dropout",
        Output = "classifier",
    };
}
