namespace Seven.MLNet;

/// <summary>Options of <c>mlContext.MulticlassClassification.Trainers.BertTokenClassification</c>. Columns are named as ML.NET's NamedEntityRecognition names them.</summary>
public sealed record BertTokenClassificationOptions : BertTrainerOptions
{
    /// <summary>The column of labels, a vector of keys with one key for each word. Default Label.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of texts; words are separated by white space. Default Sentence1.</summary>
    public string TextColumnName { get; init; } = "Sentence1";

    /// <summary>The output column of the most probable label of each word, a vector of keys. Default PredictedLabel.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>The output column of the spans that the labels mark, a vector of texts. Default Entity.</summary>
    public string EntityColumnName { get; init; } = "Entity";

    /// <summary>The output column of the kinds of these spans, such as PER for B-PER and I-PER, a vector of texts. Default EntityLabel.</summary>
    public string EntityLabelColumnName { get; init; } = "EntityLabel";

    internal override void Validate()
    {
        base.Validate();
        RequireName(LabelColumnName, nameof(LabelColumnName));
        RequireName(TextColumnName, nameof(TextColumnName));
        RequireName(PredictedLabelColumnName, nameof(PredictedLabelColumnName));
        RequireName(EntityColumnName, nameof(EntityColumnName));
        RequireName(EntityLabelColumnName, nameof(EntityLabelColumnName));
    }
}
