namespace Seven.MLNet;

/// <summary>Options of <c>mlContext.MulticlassClassification.Trainers.Bert</c>.</summary>
public sealed record BertClassificationOptions : BertTrainerOptions
{
    /// <summary>The column of labels, keys. Default Label.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of texts. Default Text.</summary>
    public string TextColumnName { get; init; } = "Text";

    /// <summary>The column of the second texts of pairs. Default <see langword="null"/>: there are none.</summary>
    public string? SecondTextColumnName { get; init; }

    /// <summary>The column made of the probabilities. Default Score.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column made of the most probable label, a key. Default PredictedLabel.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    internal override void Validate()
    {
        base.Validate();
        RequireName(LabelColumnName, nameof(LabelColumnName));
        RequireName(TextColumnName, nameof(TextColumnName));
        RequireName(ScoreColumnName, nameof(ScoreColumnName));
        RequireName(PredictedLabelColumnName, nameof(PredictedLabelColumnName));
    }
}
