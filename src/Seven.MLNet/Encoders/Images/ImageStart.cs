using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.MLNet.Encoders.Text;

namespace Seven.MLNet.Encoders.Images;

/// <summary>The shape of a ViT that is trained from scratch.</summary>
internal static class ImageStart
{
    private const int Channels = 3;
    private const int SmallImage = 64;
    private const int UsualPatch = 16;

    /// <exception cref="ArgumentException">The size of the images cannot be determined, or patches do not tile them.</exception>
    public static ImageConfiguration ShapeOf(VisionTransformerOptions options, IDataView rows)
    {
        int size = options.ImageSize ?? SizeOfFirst(rows, rows.Schema[options.ImageColumnName]);
        var (layers, hidden, heads) = TextStart.ShapeOf(options.Size);
        return new ImageConfiguration
        {
            ImageSize = size,
            PatchSize = options.PatchSize ?? (size <= SmallImage ? Math.Max(1, size / 8) : UsualPatch),
            Channels = Channels,
            Layers = layers,
            HiddenSize = hidden,
            Heads = heads,
            IntermediateSize = 4 * hidden,
            HiddenDropout = 0,
            AttentionDropout = 0,
        };
    }

    private static int SizeOfFirst(IDataView rows, DataViewSchema.Column column)
    {
        using var cursor = rows.GetRowCursor([column]);
        if (!cursor.MoveNext())
            throw new InvalidOperationException("The training set has no rows; expected at least one.");
        if (column.Type is not VectorDataViewType)
        {
            MLImage? image = null;
            cursor.GetGetter<MLImage>(column)(ref image!);
            return image?.Width ?? throw new InvalidDataException("The first row has no image; expected one, or VisionTransformerOptions.ImageSize set.");
        }

        var pixels = default(VBuffer<float>);
        cursor.GetGetter<VBuffer<float>>(column)(ref pixels);
        int size = (int)Math.Sqrt(pixels.Length / Channels);
        return size * size * Channels == pixels.Length && size > 0 ? size : throw new ArgumentException(
            $"The first row has {pixels.Length} pixel values; expected 3 × size × size of a square image, without the alpha that ExtractPixels can add.");
    }
}
