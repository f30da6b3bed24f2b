using Seven.Encoders.Architectures;
using Seven.Encoders.Layers;

namespace Seven.Encoders.Tasks;

/// <summary>The class of an image. Made by <see cref="EncoderTasks"/>.</summary>
public sealed class ImageClassificationTask : ClassificationTask<Picture, LabeledPicture>
{
    private readonly bool _flipImages;

    internal ImageClassificationTask(IReadOnlyList<string> labels, bool flipImages)
        : base("image classification", labels) => _flipImages = flipImages;

    internal override HeadKind Head => HeadKind.ImageClassification;

    internal override string Augmentation => _flipImages ? "horizontal flip" : "none";

    internal override EncoderTask<Picture, LabeledPicture, float[]> WithLabelsOf(IReadOnlyList<string> found) =>
        Labels.Count > 0 ? this : new ImageClassificationTask(found, _flipImages);

    /// <summary>Every second image, by chance, as its mirror image.</summary>
    internal override LabeledPicture Augment(LabeledPicture example, ulong seed, EncoderConfiguration shape) =>
        !_flipImages || Pass.Mix(seed) % 2 == 0 ? example : new LabeledPicture { Pixels = Mirrored(example.Pixels.Span, ((ImageConfiguration)shape).ImageSize), Label = example.Label };

    private protected override int LabelOf(LabeledPicture example) => example.Label;

    private static float[] Mirrored(ReadOnlySpan<float> pixels, int width)
    {
        float[] mirrored = pixels.ToArray();
        for (int row = 0; row < mirrored.Length; row += width)
            mirrored.AsSpan(row, width).Reverse();
        return mirrored;
    }
}
