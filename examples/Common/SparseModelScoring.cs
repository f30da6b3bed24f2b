using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;

namespace Common;

/// <summary>Scores with a model of any task on texts.</summary>
public static class SparseModelScoring
{
    /// <summary>All outputs for a text.</summary>
    public static float[] Score(this SparseModel model, TokenizedText text) => model.Task switch
    {
        TextEmbeddingTask => model.Embed([text])[0],
        TextRegressionTask => model.Rate([text]),
        QuestionAnsweringTask => [.. model.Answer([text])[0].Start],
        TokenClassificationTask => [.. model.ClassifyTokens([text])[0].SelectMany(row => row)],
        _ => model.Classify([text])[0],
    };

    /// <summary>Scores texts one by one, as a service gets them.</summary>
    public static Action ScoreAll(this SparseModel model, IReadOnlyList<TokenizedText> texts) => () =>
    {
        foreach (var text in texts)
            model.Score(text);
    };
}
