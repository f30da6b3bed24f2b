namespace Seven.Encoders.Architectures;

public sealed partial class Architecture
{
    /// <summary>RoBERTa (Liu et al., 2019): BERT with positions from the padding's on, one kind of segment, and a head of its own for classes.</summary>
    public static Architecture Roberta { get; } = OfRoberta("roberta", "Roberta");

    /// <summary>XLM-RoBERTa (Conneau et al., 2020): RoBERTa for a hundred languages.</summary>
    public static Architecture XlmRoberta { get; } = OfRoberta("xlm-roberta", "XLMRoberta");

    /// <summary>CamemBERT (Martin et al., 2020): RoBERTa for French.</summary>
    public static Architecture Camembert { get; } = OfRoberta("camembert", "Camembert", new SentencePieceNumbers(Offset: 4, Start: 5, End: 6));

    private static Architecture OfRoberta(string modelType, string classPrefix, SentencePieceNumbers? pieces = null) => new(
        modelType,
        classPrefix,
        tensorPrefix: "roberta.",
        keys: new ConfigurationKeys { UsualPadding = 1 },
        normPlacement: NormPlacement.After,
        input: new TextNames
        {
            Words = "roberta.embeddings.word_embeddings.weight",
            Positions = "roberta.embeddings.position_embeddings.weight",
            PositionsFollowPadding = true,
            Segments = "roberta.embeddings.token_type_embeddings.weight",
            Norm = "roberta.embeddings.LayerNorm",
        },
        layers: BertLayers("roberta.encoder.layer"),
        heads: new Dictionary<HeadKind, HeadDescription>
        {
            [HeadKind.SequenceClassification] = new() { Dense = "classifier.dense", Function = HeadFunction.Tanh, DropsInput = true, Output = "classifier.out_proj", DropoutKey = "classifier_dropout" },
            [HeadKind.TokenClassification] = new() { Output = "classifier", DropoutKey = "classifier_dropout" },
            [HeadKind.QuestionAnswering] = new() { Output = "qa_outputs", HasDropout = false },
        })
    {
        SentencePieces = pieces ?? SentencePieceNumbers.XlmRoberta,
    };
}
