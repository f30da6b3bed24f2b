namespace Seven.Encoders;

/// <summary>A text as token numbers, as a text encoder reads it.</summary>
public class TokenizedText
{
    /// <summary>Token numbers, [length], in [0, vocabulary size); the first one, by custom <c>[CLS]</c>, is what classifiers look at.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>The segment of each token, [length]; <see langword="null"/> (the default) for all 0.</summary>
    public IReadOnlyList<int>? Segments { get; init; }

    /// <summary>False for tokens that none may attend to, [length]; <see langword="null"/> (the default) for all true. Texts need no padding.</summary>
    public IReadOnlyList<bool>? AttentionMask { get; init; }
}

/// <summary>A text with the number of its class.</summary>
public sealed class LabeledText : TokenizedText
{
    /// <summary>The class of a text that nobody has labeled, from which a model can learn what its teacher says (<see cref="Training.Distillation"/>).</summary>
    public const int Unlabeled = -1;

    /// <summary>The class, in [0, number of labels), or <see cref="Unlabeled"/>.</summary>
    public required int Label { get; init; }
}

/// <summary>A text, or a pair of texts, with a score.</summary>
public sealed class ScoredText : TokenizedText
{
    /// <summary>The target of the regression; <see cref="float.NaN"/> where it is not known, and a teacher's score is learned alone.</summary>
    public required float Score { get; init; }
}

/// <summary>A text with the vector that it should have, such as the one that the model gave it before it was pruned.</summary>
public sealed class EmbeddedText : TokenizedText
{
    /// <summary>The vector, [hidden size]. Its length does not matter, its direction does.</summary>
    public required IReadOnlyList<float> Vector { get; init; }
}

/// <summary>A question and its context as one text, with the place of the answer in it.</summary>
public sealed class AnsweredText : TokenizedText
{
    /// <summary>The start and the end of an answer that is not known, where a teacher's answer is learned alone.</summary>
    public const int Unlabeled = -1;

    /// <summary>The position of the answer's first token, or <see cref="Unlabeled"/>.</summary>
    public required int Start { get; init; }

    /// <summary>The position of the answer's last token, at or after <see cref="Start"/>, or <see cref="Unlabeled"/>.</summary>
    public required int End { get; init; }
}

/// <summary>An image as an image encoder reads it.</summary>
public class Picture
{
    /// <summary>Normalized pixels, [channels × height × width].</summary>
    public required ReadOnlyMemory<float> Pixels { get; init; }
}

/// <summary>An image with the number of its class.</summary>
public sealed class LabeledPicture : Picture
{
    /// <summary>The class of an image that nobody has labeled, from which a model can learn what its teacher says (<see cref="Training.Distillation"/>).</summary>
    public const int Unlabeled = -1;

    /// <summary>The class, in [0, number of labels), or <see cref="Unlabeled"/>.</summary>
    public required int Label { get; init; }
}

/// <summary>A text with the class of each token.</summary>
public sealed class TaggedText : TokenizedText
{
    /// <summary>The label of tokens that count neither in the loss nor in the metrics: Hugging Face's -100.</summary>
    public const int Ignored = -100;

    /// <summary>The label of tokens whose class is not known, where a teacher's is learned alone.</summary>
    public const int Unlabeled = -1;

    /// <summary>The class of each token, [length], in [0, number of labels), or <see cref="Ignored"/> or <see cref="Unlabeled"/>.</summary>
    public required IReadOnlyList<int> Labels { get; init; }
}
