using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Seven.Encoders;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Images;

/// <summary>A column of images or of vectors of pixels.</summary>
internal sealed class PictureSource : InputSource<Picture>
{
    private readonly VisionTransformerOptions _options;
    private readonly ImageConfiguration _shape;
    private readonly PixelLayout _layout;

    /// <exception cref="InvalidDataException">The network reads neither gray nor colored images, or the normalization is for another number of channels.</exception>
    public PictureSource(VisionTransformerOptions options, ImageConfiguration shape, PictureNormalization normalization)
    {
        if (normalization.Mean.Count != shape.Channels)
            throw new InvalidDataException($"preprocessor_config.json normalizes {normalization.Mean.Count} channels; expected those of the network, {shape.Channels}.");
        (_options, _shape, Normalization) = (options, shape, normalization);
        _layout = new PixelLayout(shape, options.PixelRange, options.InterleavedPixels);
    }

    /// <summary>The normalization of pixels.</summary>
    public PictureNormalization Normalization { get; }

    public override IReadOnlyList<InputColumn> Columns => [ColumnOf(_options.ImageColumnName)];

    public override IReadOnlyList<string> OptionalColumns => [_options.ImagePathColumnName];

    public static InputColumn ColumnOf(string name) => new("image", name, "an image, or a vector of Single that ExtractPixels makes", column =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar ? column.ItemType is ImageDataViewType : column.ItemType.RawType == typeof(float));

    public override Func<Picture?> Reader(DataViewRow row, Action? onCut = null)
    {
        var column = row.Schema[_options.ImageColumnName];
        var path = PathIn(row);
        Func<float[]> read = column.Type is ImageDataViewType ? FromImages(row, column, path) : FromVectors(row, column, path);
        return () =>
        {
            try
            {
                float[] pixels = read();
                Normalization.Apply(pixels);
                return new Picture { Pixels = pixels };
            }
            catch (Exception exception) when (IsUnreadable(exception))
            {
                if (_options.UnusableRows == UnusableRows.Skip)
                    return null;
                throw new InvalidDataException($"The image of row {row.Position}{(path() is { Length: > 0 } file ? $" ({file})" : "")} cannot be used: {exception.Message} UnusableRows = Skip leaves such rows out.", exception);
            }
        };
    }

    public override void Save(string folder) => Normalization.Save(folder, _shape.ImageSize);

    /// <summary>The same column with pixels from 0 to 255, as they are before they are normalized.</summary>
    public PictureSource WithoutNormalization()
    {
        var channels = Enumerable.Range(0, _shape.Channels);
        return new(_options, _shape, new PictureNormalization { Scale = 1, Mean = [.. channels.Select(_ => 0.0)], Deviation = [.. channels.Select(_ => 1.0)] });
    }

    private Func<float[]> FromImages(DataViewRow row, DataViewSchema.Column column, Func<string> path)
    {
        var getter = row.GetGetter<MLImage>(column);
        MLImage? image = null;
        return () =>
        {
            getter(ref image!);
            float[] planes = _layout.Planes(image ?? throw new InvalidDataException("There is no image; expected one."));
            // ML.NET's loader leaves the whole path in the tag.
            return Upright(planes, image.Tag ?? path());
        };
    }

    private Func<float[]> FromVectors(DataViewRow row, DataViewSchema.Column column, Func<string> path)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        var pixels = default(VBuffer<float>);
        return () =>
        {
            getter(ref pixels);
            return Upright(_layout.Planes(pixels), path());
        };
    }

    private float[] Upright(float[] planes, string? path) => Orientation.Upright(planes, _shape.ImageSize, ImageFile.OriginOf(path));

    private Func<string> PathIn(DataViewRow row)
    {
        if (row.Schema.GetColumnOrNull(_options.ImagePathColumnName) is not { } column || column.Type is not TextDataViewType || !row.IsColumnActive(column))
            return static () => "";
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        return () =>
        {
            var path = default(ReadOnlyMemory<char>);
            getter(ref path);
            return path.ToString();
        };
    }

    /// <summary>Whether an exception is one that ML.NET's image loader and SkiaSharp throw for missing or damaged files, or this project for images of the wrong size.</summary>
    private static bool IsUnreadable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException or InvalidOperationException;
}
