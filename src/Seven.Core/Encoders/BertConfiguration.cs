namespace Seven.Encoders;

/// <summary>The shape of a BERT encoder (Devlin et al., 2019), by Hugging Face's <c>config.json</c>. Defaults are <c>bert-base-uncased</c>.</summary>
public sealed record BertConfiguration : EncoderConfiguration
{
    /// <summary>Entries of the token table. Default 30,522.</summary>
    public int VocabularySize { get; init; } = 30522;

    /// <summary>Longest sequence in tokens; longer ones are cut. Default 512.</summary>
    public int MaximumTokens { get; init; } = 512;

    /// <summary>Kinds of segment (first and second text). Default 2.</summary>
    public int SegmentKinds { get; init; } = 2;

    /// <inheritdoc />
    public override NormPlacement NormPlacement { get; init; } = NormPlacement.After;

    /// <summary>Returns this configuration if it can be built.</summary>
    /// <exception cref="ArgumentException">A size is out of range, or the heads do not divide the hidden size.</exception>
    internal BertConfiguration Validated()
    {
        ValidateEncoder();
        Require.InRange(VocabularySize, 1, 1 << 24, inclusiveEnd: true, nameof(VocabularySize));
        Require.InRange(MaximumTokens, 1, 1 << 20, inclusiveEnd: true, nameof(MaximumTokens));
        Require.InRange(SegmentKinds, 1, 1024, inclusiveEnd: true, nameof(SegmentKinds));
        return this;
    }
}
