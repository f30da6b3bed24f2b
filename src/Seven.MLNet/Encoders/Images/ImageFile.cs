using SkiaSharp;

namespace Seven.MLNet.Encoders.Images;

/// <summary>An image's file, read for what ML.NET's loader ignores: whether the file is cut off, and which way up the camera was held.</summary>
internal static class ImageFile
{
    /// <summary>An eighth of the size: JPEG files are read to their end at a fraction of the work.</summary>
    private const float Preview = 1f / 8;

    /// <summary>The orientation of a file's image.</summary>
    /// <param name="path">The file; one that does not exist counts as upright, since the image did not come from it.</param>
    /// <exception cref="InvalidDataException">The file is cut off or damaged.</exception>
    public static SKEncodedOrigin OriginOf(string? path)
    {
        if (string.IsNullOrEmpty(path) || !File.Exists(path))
            return SKEncodedOrigin.TopLeft;
        using var codec = SKCodec.Create(path, out var opened) ?? throw Damaged(opened);
        var size = codec.GetScaledDimensions(Preview);
        using var pixels = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Bgra8888, SKAlphaType.Unpremul));
        var decoded = codec.GetPixels(pixels.Info, pixels.GetPixels());
        return decoded == SKCodecResult.Success ? codec.EncodedOrigin : throw Damaged(decoded);
    }

    private static InvalidDataException Damaged(SKCodecResult result) => new(result == SKCodecResult.IncompleteInput
        ? "Its file is cut off; expected a whole image."
        : $"Its file cannot be decoded ({result}); expected an image.");
}
