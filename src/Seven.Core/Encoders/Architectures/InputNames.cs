namespace Seven.Encoders.Architectures;

/// <summary>Names of the tensors that turn inputs into vectors.</summary>
internal abstract record InputNames;

/// <summary>Names of the tables of a text encoder.</summary>
internal sealed record TextNames : InputNames
{
    public required string Words { get; init; }

    /// <summary><see langword="null"/> for encoders that turn queries and keys instead.</summary>
    public string? Positions { get; init; }

    /// <summary>Whether positions are counted from the padding token's number on, as in fairseq: it has an entry of its own, and those before it have none.</summary>
    public bool PositionsFollowPadding { get; init; }

    /// <summary>The linear layer from the tables' vectors to the encoder's where those are of other sizes, without <c>.weight</c> and <c>.bias</c>; <see langword="null"/> for encoders without.</summary>
    public string? Projection { get; init; }

    /// <summary><see langword="null"/> for encoders without segments.</summary>
    public string? Segments { get; init; }

    /// <summary>The norm of the sum, without <c>.weight</c> and <c>.bias</c>.</summary>
    public required string Norm { get; init; }
}

/// <summary>Names of the tensors that turn an image into patches.</summary>
internal sealed record ImageNames : InputNames
{
    public required string ClassToken { get; init; }

    /// <summary>A second token after the class token; <see langword="null"/> for encoders without.</summary>
    public string? DistillationToken { get; init; }

    public required string Positions { get; init; }

    /// <summary>The convolution, without <c>.weight</c> and <c>.bias</c>.</summary>
    public required string Patches { get; init; }
}
