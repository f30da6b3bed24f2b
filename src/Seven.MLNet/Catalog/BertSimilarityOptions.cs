namespace Seven.MLNet;

/// <summary>Options of <c>mlContext.Regression.Trainers.BertSimilarity</c>.</summary>
public sealed record BertSimilarityOptions : BertTrainerOptions
{
    /// <summary>The column of scores to learn, numbers. Default Label.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of the first texts. Default Text.</summary>
    public string TextColumnName { get; init; } = "Text";

    /// <summary>The column of the second texts. Default SecondText; <see langword="null"/> to rate single texts.</summary>
    public string? SecondTextColumnName { get; init; } = "SecondText";

    /// <summary>The column made of the network's scores. Default Score.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    internal override void Validate()
    {
        base.Validate();
        RequireName(LabelColumnName, nameof(LabelColumnName));
        RequireName(TextColumnName, nameof(TextColumnName));
        RequireName(ScoreColumnName, nameof(ScoreColumnName));
    }
}
