namespace Seven.MLNet;

/// <summary>Options of <c>mlContext.MulticlassClassification.Trainers.BertQuestionAnswering</c>. Columns are named as ML.NET's QuestionAnswer names them.</summary>
public sealed record BertQuestionAnsweringOptions : BertTrainerOptions
{
    /// <summary>The column of texts that contain the answers. Default Context.</summary>
    public string ContextColumnName { get; init; } = "Context";

    /// <summary>The column of questions. Default Question.</summary>
    public string QuestionColumnName { get; init; } = "Question";

    /// <summary>The column of answers to learn from, each a part of its context. Default TrainingAnswer.</summary>
    public string TrainingAnswerColumnName { get; init; } = "TrainingAnswer";

    /// <summary>The column of the places of the answers' first characters, whole numbers. Default AnswerStart.</summary>
    public string AnswerIndexStartColumnName { get; init; } = "AnswerStart";

    /// <summary>The column made of the best answers, the best one first. Default Answer.</summary>
    public string PredictedAnswerColumnName { get; init; } = "Answer";

    /// <summary>The column made of their probabilities. Default Score.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Number of answers given. Default 3.</summary>
    public int TopKAnswers { get; init; } = 3;

    /// <summary>Tokens of a context that two windows share, where it is read in several: an answer that one of them cuts is whole in the other. Default 128, as in BERT's SQuAD script.</summary>
    public int WindowOverlap { get; init; } = 128;

    /// <summary>Longest question in tokens; longer ones are cut. Default 64, as in BERT's SQuAD script.</summary>
    public int MaximumQuestionTokens { get; init; } = 64;

    /// <summary>Longest answer in tokens. Default 30, as in BERT's SQuAD script.</summary>
    public int MaximumAnswerTokens { get; init; } = 30;

    /// <summary>Tokens of a window where <see cref="BertTrainerOptions.MaximumTokens"/> is not set: 384, as in BERT's SQuAD script.</summary>
    internal const int DefaultWindow = 384;

    internal override void Validate()
    {
        base.Validate();
        RequireName(ContextColumnName, nameof(ContextColumnName));
        RequireName(QuestionColumnName, nameof(QuestionColumnName));
        RequireName(TrainingAnswerColumnName, nameof(TrainingAnswerColumnName));
        RequireName(AnswerIndexStartColumnName, nameof(AnswerIndexStartColumnName));
        RequireName(PredictedAnswerColumnName, nameof(PredictedAnswerColumnName));
        RequireName(ScoreColumnName, nameof(ScoreColumnName));
        Require.InRange(TopKAnswers, 1, 1000, inclusiveEnd: true, nameof(TopKAnswers));
        Require.AtLeast(MaximumQuestionTokens, 1, nameof(MaximumQuestionTokens));
        Require.AtLeast(MaximumAnswerTokens, 1, nameof(MaximumAnswerTokens));
        int window = MaximumTokens ?? DefaultWindow;
        Require.AtLeast(WindowOverlap, 0, nameof(WindowOverlap));
        if (MaximumQuestionTokens + 3 + WindowOverlap >= window)
            throw new ArgumentException(
                $"A window has {window} tokens, of which a question may take {MaximumQuestionTokens} and two windows share {WindowOverlap}; "
                + "expected MaximumTokens above MaximumQuestionTokens + WindowOverlap + 3, so that windows go forward.");
    }
}
