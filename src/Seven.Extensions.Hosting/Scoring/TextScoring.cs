using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;

namespace Seven.Extensions.Hosting.Scoring;

/// <summary>Scores texts by the model's own task.</summary>
internal static class TextScoring
{
    /// <summary>The result for each text: probabilities, a number or a vector.</summary>
    public static Array Score(SparseModel model, TokenizedText[] texts) => model.Task switch
    {
        TextClassificationTask => model.Classify(texts),
        TextRegressionTask => model.Rate(texts),
        TextEmbeddingTask => model.Embed(texts),
        _ => throw new InvalidOperationException($"The model is for {model.Task}; expected one that classifies, rates or embeds texts."),
    };
}
