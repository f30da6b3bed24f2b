using System.Text.Json.Serialization;

namespace Seven.MLNet;

/// <summary>Options of <c>mlContext.MulticlassClassification.Trainers.VisionTransformer</c>.</summary>
public sealed record VisionTransformerOptions : EncoderTrainerOptions
{
    /// <summary>The column of labels, keys. Default Label.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of images: <c>MLImage</c>, or the vector of pixels that <c>ExtractPixels</c> makes. Default Image.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>The column of the images' paths, if there is one. Errors name the path, and files are checked: one that is cut off is an unusable row, and the camera's
    /// orientation (EXIF) turns its image upright. Images from <c>LoadImages</c> know their path without this column. Default ImagePath.</summary>
    public string ImagePathColumnName { get; init; } = "ImagePath";

    /// <summary>The column made of the probabilities. Default Score.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column made of the most probable label, a key. Default PredictedLabel.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>The value of the brightest pixel in a vector of pixels. Default 255, as <c>ExtractPixels</c> returns it unless it scales; 1 for pixels in [0, 1].</summary>
    public double PixelRange { get; init; } = 255;

    /// <summary>Whether a vector of pixels has the colors of a pixel side by side, <c>interleavePixelColors</c> of <c>ExtractPixels</c>. Default false: one color after the other.</summary>
    public bool InterleavedPixels { get; init; }

    /// <summary>Whether every second image, by chance, is learned from as its mirror image. Default false; usual for photographs.</summary>
    [JsonIgnore]
    public bool FlipImages { get; init; }

    /// <summary>Height and width of an image in pixels, from scratch. Default <see langword="null"/>: those of the first image.</summary>
    [JsonIgnore]
    public int? ImageSize { get; init; }

    /// <summary>Height and width of a patch in pixels, from scratch. Default <see langword="null"/>: an eighth of the image's up to 64 pixels, otherwise 16.</summary>
    [JsonIgnore]
    public int? PatchSize { get; init; }

    internal override void Validate()
    {
        base.Validate();
        RequireName(LabelColumnName, nameof(LabelColumnName));
        RequireName(ImageColumnName, nameof(ImageColumnName));
        RequireName(ScoreColumnName, nameof(ScoreColumnName));
        RequireName(PredictedLabelColumnName, nameof(PredictedLabelColumnName));
        Require.Positive(PixelRange, nameof(PixelRange));
        Require.InRange(ImageSize, 1, 1 << 14, inclusiveEnd: true, nameof(ImageSize));
        Require.InRange(PatchSize, 1, 1 << 14, inclusiveEnd: true, nameof(PatchSize));
    }
}
