using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Seven.Encoders;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Images;

/// <summary>A column of images or of vectors of pixels.</summary>
internal sealed class PictureSource(VisionTransformerOptions options, VitConfiguration shape, PictureNormalization normalization) : InputSource<Picture>
{
    private readonly PixelLayout _layout = new(shape, options.PixelRange, options.InterleavedPixels);

    public override IReadOnlyList<InputColumn> Columns => [ColumnOf(options.ImageColumnName)];

    public override IReadOnlyList<string> OptionalColumns => [options.ImagePathColumnName];

    public static InputColumn ColumnOf(string name) => new("image", name, "an image, or a vector of Single that ExtractPixels makes", column =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar ? column.ItemType is ImageDataViewType : column.ItemType.RawType == typeof(float));

    public override Func<Picture?> Reader(DataViewRow row, Action? onCut = null)
    {
        var column = row.Schema[options.ImageColumnName];
        Func<float[]> read = column.Type is ImageDataViewType ? FromImages(row, column) : FromVectors(row, column);
        var path = PathIn(row);
        return () =>
        {
            try
            {
                float[] pixels = read();
                normalization.Apply(pixels);
                return new Picture { Pixels = pixels };
            }
            catch (Exception exception) when (IsUnreadable(exception))
            {
                if (options.UnusableRows == UnusableRows.Skip)
                    return null;
                throw new InvalidDataException($"The image of row {row.Position}{path()} cannot be used: {exception.Message} UnusableRows = Skip leaves such rows out.", exception);
            }
        };
    }

    public override void Save(string folder) => normalization.Save(folder, shape.ImageSize);

    private Func<float[]> FromImages(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<MLImage>(column);
        MLImage? image = null;
        return () =>
        {
            getter(ref image!);
            return _layout.Planes(image ?? throw new InvalidDataException("There is no image; expected one."));
        };
    }

    private Func<float[]> FromVectors(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        var pixels = default(VBuffer<float>);
        return () =>
        {
            getter(ref pixels);
            return _layout.Planes(pixels);
        };
    }

    private Func<string> PathIn(DataViewRow row)
    {
        if (row.Schema.GetColumnOrNull(options.ImagePathColumnName) is not { } column || column.Type is not TextDataViewType || !row.IsColumnActive(column))
            return static () => "";
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        return () =>
        {
            var path = default(ReadOnlyMemory<char>);
            getter(ref path);
            return $" ({path})";
        };
    }

    /// <summary>What ML.NET's image loader and SkiaSharp throw at files that are missing or hold no image, and this project at images that do not fit.</summary>
    private static bool IsUnreadable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException or InvalidOperationException;
}
