using Seven.Encoders.Architectures;

namespace Seven.Encoders;

/// <summary>The shape of a text encoder. Defaults are <c>bert-base-uncased</c>.</summary>
public sealed record TextConfiguration : EncoderConfiguration
{
    /// <summary>The family of encoders. Default BERT.</summary>
    public override Architecture Architecture { get; init; } = Architecture.Bert;

    /// <summary>Entries of the token table. Default 30,522.</summary>
    public int VocabularySize { get; init; } = 30522;

    /// <summary>Longest sequence in tokens; longer ones are cut. Default 512.</summary>
    public int MaximumTokens { get; init; } = 512;

    /// <summary>Kinds of segment (first and second text). Default 2; without effect in architectures without segments.</summary>
    public int SegmentKinds { get; init; } = 2;

    /// <summary>Features of the tables' vectors where those are projected to <see cref="EncoderConfiguration.HiddenSize"/> features, as in small ELECTRAs. Default <see langword="null"/>: the hidden size.</summary>
    public int? EmbeddingSize { get; init; }

    /// <summary>The token of padding, whose vector is not trained, as in Hugging Face's encoders. Default <see langword="null"/>: there is none.</summary>
    public int? PaddingToken { get; init; }

    /// <summary>Positions as rotations, where the architecture has no table of positions. Default those of ModernBERT; without effect elsewhere.</summary>
    public RotaryPositions Rotary { get; init; } = new();

    /// <summary>Tokens to which texts are cut, marks included, where that is less than <see cref="MaximumTokens"/>: <c>max_seq_length</c> of sentence-transformers. Default <see langword="null"/>.</summary>
    public int? MaximumTextTokens { get; init; }

    /// <summary>The pooling that makes one vector of a text's tokens, for embeddings and for the heads of whole texts. Default the first token, as in BERT.</summary>
    public Pooling Pooling { get; init; } = Pooling.FirstToken;

    /// <summary>Whether embeddings have the length 1, so that their product is their cosine. Default false.</summary>
    public bool NormalizesVectors { get; init; }

    /// <summary>Tokens to which texts are cut.</summary>
    internal int TextLength => Math.Min(MaximumTextTokens ?? MaximumTokens, MaximumTokens);

    internal TextNames Names => (TextNames)Architecture.Input;

    internal bool HasSegments => Names.Segments is not null;

    /// <summary>Features of the tables' vectors.</summary>
    internal int VectorSize => EmbeddingSize ?? HiddenSize;

    /// <summary>The entry of the first position.</summary>
    internal int FirstPosition => Names.PositionsFollowPadding && PaddingToken is { } padding ? padding + 1 : 0;

    /// <inheritdoc />
    internal override EncoderConfiguration Validated()
    {
        if (Architecture.Input is not TextNames)
            throw new ArgumentException($"The architecture {Architecture} reads images; expected one that reads texts.");
        ValidateEncoder();
        Require.InRange(VocabularySize, 1, 1 << 24, inclusiveEnd: true, nameof(VocabularySize));
        Require.InRange(MaximumTokens, 1, 1 << 20, inclusiveEnd: true, nameof(MaximumTokens));
        Require.InRange(PaddingToken, 0, VocabularySize - 1, inclusiveEnd: true, nameof(PaddingToken));
        if (Names.PositionsFollowPadding && PaddingToken is null)
            throw new ArgumentException($"{nameof(PaddingToken)} is null; expected the token of padding, from whose number on {Architecture} counts positions (1 in published models).");
        Require.InRange(EmbeddingSize, 1, 65536, inclusiveEnd: true, nameof(EmbeddingSize));
        if (VectorSize != HiddenSize && Names.Projection is null)
            throw new ArgumentException($"{nameof(EmbeddingSize)} is {EmbeddingSize} and {nameof(HiddenSize)} is {HiddenSize}; expected the same in {Architecture}, which projects no vectors.");
        Require.Defined<Pooling>(Pooling, nameof(Pooling));
        Rotary.Validate();
        if (Names.Positions is null && HeadSize % 2 != 0)
            throw new ArgumentException($"A head has {HeadSize} features; expected an even number in {Architecture}, which turns pairs of them.");
        Require.InRange(MaximumTextTokens, 1, MaximumTokens, inclusiveEnd: true, nameof(MaximumTextTokens));
        Require.InRange(SegmentKinds, 1, 1024, inclusiveEnd: true, nameof(SegmentKinds));
        return this;
    }
}
