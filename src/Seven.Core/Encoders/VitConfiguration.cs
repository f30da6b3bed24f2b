namespace Seven.Encoders;

/// <summary>The shape of a vision transformer (Dosovitskiy et al., 2021), by Hugging Face's <c>config.json</c>. Defaults are ViT-B/32.</summary>
public sealed record VitConfiguration : EncoderConfiguration
{
    /// <summary>Height and width of an image in pixels; a multiple of the patch size. Default 224.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Height and width of a patch in pixels. Default 32.</summary>
    public int PatchSize { get; init; } = 32;

    /// <summary>Colour channels. Default 3.</summary>
    public int Channels { get; init; } = 3;

    /// <inheritdoc />
    public override NormPlacement NormPlacement { get; init; } = NormPlacement.Before;

    /// <summary>Patches of an image.</summary>
    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);

    /// <summary>Returns this configuration if it can be built.</summary>
    /// <exception cref="ArgumentException">A size is out of range, or patches do not tile the image.</exception>
    internal VitConfiguration Validated()
    {
        ValidateEncoder();
        Require.InRange(ImageSize, 1, 1 << 14, inclusiveEnd: true, nameof(ImageSize));
        Require.InRange(PatchSize, 1, ImageSize, inclusiveEnd: true, nameof(PatchSize));
        Require.InRange(Channels, 1, 1024, inclusiveEnd: true, nameof(Channels));
        if (ImageSize % PatchSize != 0)
            throw new ArgumentException($"{nameof(ImageSize)} is {ImageSize} and {nameof(PatchSize)} is {PatchSize}; expected an image that patches tile.");
        return this;
    }
}
