using Seven.Encoders.Architectures;

namespace Seven.Encoders;

/// <summary>The shape of an image encoder. Defaults are ViT-B/32.</summary>
public sealed record ImageConfiguration : EncoderConfiguration
{
    /// <summary>The family of encoders. Default ViT.</summary>
    public override Architecture Architecture { get; init; } = Architecture.Vit;

    /// <summary>Height and width of an image in pixels; a multiple of the patch size. Default 224.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Height and width of a patch in pixels. Default 32.</summary>
    public int PatchSize { get; init; } = 32;

    /// <summary>Color channels. Default 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Patches of an image.</summary>
    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);

    internal ImageNames Names => (ImageNames)Architecture.Input;

    /// <summary>Tokens before the patches.</summary>
    internal int LeadingTokens => Names.DistillationToken is null ? 1 : 2;

    /// <inheritdoc />
    internal override EncoderConfiguration Validated()
    {
        if (Architecture.Input is not ImageNames)
            throw new ArgumentException($"The architecture {Architecture} reads texts; expected one that reads images.");
        ValidateEncoder();
        Require.InRange(ImageSize, 1, 1 << 14, inclusiveEnd: true, nameof(ImageSize));
        Require.InRange(PatchSize, 1, ImageSize, inclusiveEnd: true, nameof(PatchSize));
        Require.InRange(Channels, 1, 1024, inclusiveEnd: true, nameof(Channels));
        if (ImageSize % PatchSize != 0)
            throw new ArgumentException($"{nameof(ImageSize)} is {ImageSize} and {nameof(PatchSize)} is {PatchSize}; expected an image that patches tile.");
        return this;
    }
}
