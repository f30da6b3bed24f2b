namespace Seven.Inference;

/// <summary>What a model was trained for.</summary>
public enum ModelTask
{
    /// <summary>The class of a text or a pair of texts.</summary>
    TextClassification,

    /// <summary>A number for a text or a pair of texts, such as their similarity.</summary>
    TextRegression,

    /// <summary>Where in a text the answer to a question stands.</summary>
    QuestionAnswering,

    /// <summary>The class of an image.</summary>
    ImageClassification,
}
