namespace Seven.Encoders.Architectures;

/// <summary>The heads of Hugging Face's classes; a class is named by its architecture and one of these.</summary>
internal enum HeadKind
{
    SequenceClassification,
    TokenClassification,
    QuestionAnswering,
    ImageClassification,

    /// <summary>None: the encoder saved alone, such as BertModel, whose hidden states become a vector.</summary>
    Embedding,
}

/// <summary>The function after a head's first linear layer.</summary>
internal enum HeadFunction
{
    Tanh,
    Relu,
    Gelu,
}

/// <summary>The layers on top of an encoder: a norm, a linear layer with a function, dropout, and the last linear layer, of which all but the last may be missing.</summary>
internal sealed record HeadDescription
{
    /// <summary>The norm, without <c>.weight</c> and <c>.bias</c>.</summary>
    public string? Norm { get; init; }

    /// <summary>The first linear layer, from hidden to hidden features.</summary>
    public string? Dense { get; init; }

    /// <summary>The function after it.</summary>
    public HeadFunction Function { get; init; }

    /// <summary>The norm after the function, without <c>.weight</c> and <c>.bias</c>.</summary>
    public string? NormAfterDense { get; init; }

    /// <summary>Whether there is dropout before the first linear layer as well.</summary>
    public bool DropsInput { get; init; }

    /// <summary>Whether there is dropout before the last layer.</summary>
    public bool HasDropout { get; init; } = true;

    /// <summary>The key of that dropout's rate in <c>config.json</c>; without one it is the encoder's.</summary>
    public string? DropoutKey { get; init; }

    /// <summary>The last linear layer; <see langword="null"/> where the hidden states themselves are the result.</summary>
    public required string? Output { get; init; }

    /// <summary>A last linear layer over the second token, beside the one over the first: the outputs are the mean of both. <see langword="null"/> for heads without.</summary>
    public string? SecondOutput { get; init; }
}
