using System.Numerics.Tensors;
using Microsoft.ML.Data;
using Seven.Encoders;

namespace Seven.MLNet.Encoders.Images;

/// <summary>Brings pixels into a ViT's order, [channels × height × width], with values from 0 to 255.</summary>
internal sealed class PixelLayout
{
    private readonly ImageConfiguration _shape;
    private readonly double _range;
    private readonly bool _interleaved;

    /// <exception cref="InvalidDataException">The network reads neither gray nor colored images.</exception>
    public PixelLayout(ImageConfiguration shape, double range, bool interleaved)
    {
        (_shape, _range, _interleaved) = (shape, range, interleaved);
        if (shape.Channels is not (1 or 3))
            throw new InvalidDataException($"The network reads images of {shape.Channels} channels; expected 3, red, green and blue, or 1, gray.");
    }

    private int Plane => _shape.ImageSize * _shape.ImageSize;

    /// <summary>The planes of an image. Transparency is ignored: a pixel has its color, however transparent it is. Gray images have three equal planes.</summary>
    /// <exception cref="InvalidDataException">The image is of another size.</exception>
    public float[] Planes(MLImage image)
    {
        if (image.Width != _shape.ImageSize || image.Height != _shape.ImageSize)
            throw new InvalidDataException(
                $"It has {image.Width} × {image.Height} pixels; expected {_shape.ImageSize} × {_shape.ImageSize}: "
                + $"put mlContext.Transforms.ResizeImages(\"Image\", {_shape.ImageSize}, {_shape.ImageSize}) before.");
        var pixels = image.Pixels;
        int red = image.PixelFormat == MLPixelFormat.Rgba32 ? 0 : 2;
        bool isPremultiplied = IsPremultiplied(pixels);
        var planes = new float[_shape.Channels * Plane];
        for (int i = 0; i < Plane; i++)
        {
            float r = pixels[4 * i + red], g = pixels[4 * i + 1], b = pixels[4 * i + 2 - red];
            if (isPremultiplied && pixels[4 * i + 3] is > 0 and < 255 and byte alpha)
                (r, g, b) = (MathF.Round(r * 255 / alpha), MathF.Round(g * 255 / alpha), MathF.Round(b * 255 / alpha));
            if (_shape.Channels == 1)
                planes[i] = 0.299f * r + 0.587f * g + 0.114f * b;
            else
                (planes[i], planes[Plane + i], planes[2 * Plane + i]) = (r, g, b);
        }

        return planes;
    }

    /// <summary>The planes of a vector of pixels.</summary>
    /// <exception cref="InvalidDataException">The vector is of another length, or lacks a value.</exception>
    public float[] Planes(in VBuffer<float> pixels)
    {
        int length = _shape.Channels * Plane;
        if (pixels.Length != length)
            throw new InvalidDataException(
                $"It has {pixels.Length} values; expected {_shape.Channels} × {_shape.ImageSize} × {_shape.ImageSize} = {length}: channels, height and width, without the alpha that ExtractPixels can add.");
        var planes = new float[length];
        pixels.CopyTo(planes);
        if (!float.IsFinite(TensorPrimitives.Sum<float>(planes)))
            throw new InvalidDataException($"It has a value that is missing or infinite; expected numbers from 0 to {_range}.");
        if (_interleaved)
            planes = Untangled(planes);
        if (_range != 255)
            TensorPrimitives.Multiply(planes, (float)(255 / _range), planes);
        return planes;
    }

    private float[] Untangled(float[] pixels)
    {
        var planes = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
            planes[i % _shape.Channels * Plane + i / _shape.Channels] = pixels[i];
        return planes;
    }

    /// <summary>Whether colors are multiplied by their alpha, as in images that were decoded from files; in pixels that a program made they mostly are not, and
    /// then some color exceeds its alpha.</summary>
    private static bool IsPremultiplied(ReadOnlySpan<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += 4)
            if (Math.Max(pixels[i], Math.Max(pixels[i + 1], pixels[i + 2])) > pixels[i + 3])
                return false;
        return true;
    }
}
