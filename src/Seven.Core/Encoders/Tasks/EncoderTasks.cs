namespace Seven.Encoders.Tasks;

/// <summary>The tasks that encoders are trained for.</summary>
public static class EncoderTasks
{
    /// <summary>The class of a text or a pair of texts; judged by accuracy, macro F1 and Matthews' correlation.</summary>
    /// <param name="labels">The classes, in the order wanted; <see langword="null"/> for those of the folder from which a model is loaded.</param>
    public static TextClassificationTask TextClassification(IReadOnlyList<string>? labels = null) => new(labels ?? []);

    /// <summary>A number for a text or a pair of texts, such as their similarity (STS-B); judged by Pearson's and Spearman's correlation.</summary>
    public static TextRegressionTask TextRegression() => new();

    /// <summary>The place in a text that answers a question (SQuAD); judged by F1 over tokens and exact match.</summary>
    public static QuestionAnsweringTask QuestionAnswering() => new();

    /// <summary>The class of each token, such as the names of persons and places; judged by F1 over the spans of labels.</summary>
    /// <param name="labels">The classes, in the order wanted; <see langword="null"/> for those of the folder from which a model is loaded.
    /// Spans are read in the IOB2 scheme: B-PER begins a span of PER, I-PER continues it, O is outside.</param>
    public static TokenClassificationTask TokenClassification(IReadOnlyList<string>? labels = null) => new(labels ?? []);

    /// <summary>A vector for a text, near to those of texts that mean the same (sentence embeddings); judged by the mean cosine between the model's vectors and the examples'.</summary>
    public static TextEmbeddingTask TextEmbedding() => new();

    /// <summary>The class of an image; judged by accuracy, macro F1 and Matthews' correlation.</summary>
    /// <param name="labels">The classes, in the order wanted; <see langword="null"/> for those of the folder from which a model is loaded.</param>
    /// <param name="flipImages">Whether every second image, by chance, is learned from as its mirror image. Default false; usual for photographs.</param>
    public static ImageClassificationTask ImageClassification(IReadOnlyList<string>? labels = null, bool flipImages = false) => new(labels ?? [], flipImages);
}
