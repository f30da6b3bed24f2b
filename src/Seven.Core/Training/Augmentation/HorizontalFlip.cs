using Seven.Encoders;
using Seven.Encoders.Layers;

namespace Seven.Training.Augmentation;

/// <summary>Every second image, by chance, as its mirror image.</summary>
internal static class HorizontalFlip
{
    public static Augment<LabelledPicture> Of(VitConfiguration shape) => (picture, seed) =>
        Pass.Mix(seed) % 2 == 0 ? picture : picture with { Pixels = Mirrored(picture.Pixels.Span, shape.ImageSize) };

    private static float[] Mirrored(ReadOnlySpan<float> pixels, int width)
    {
        float[] mirrored = pixels.ToArray();
        for (int row = 0; row < mirrored.Length; row += width)
            mirrored.AsSpan(row, width).Reverse();
        return mirrored;
    }
}
