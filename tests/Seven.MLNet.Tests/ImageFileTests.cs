using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.MLNet.Encoders.Images;
using Seven.Tests;
using Seven.Training;
using SkiaSharp;

namespace Seven.MLNet.Tests;

/// <summary>Image files as cameras and broken downloads leave them: cut off, transparent, turned.</summary>
[TestClass]
public sealed class ImageFileTests
{
    private const int Size = 16;
    private const byte First = 250, Second = 130, Rest = 20;

    private static readonly ImageConfiguration s_shape =
        new() { ImageSize = Size, PatchSize = 4, HiddenSize = 16, Layers = 1, Heads = 2, IntermediateSize = 16 };

    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Jpeg)]
    [DataRow(SKEncodedImageFormat.Png)]
    public void A_file_that_is_cut_off_is_an_error_with_row_and_path_or_left_out_and_counted(SKEncodedImageFormat format)
    {
        var random = new Random(1);
        // Noise, so that half of the file is half of the image.
        byte[] whole = Encode(format, 64, (_, _) => new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
        string cut = Write("cut", whole[..(whole.Length / 2)]);
        string[] paths = [.. Enumerable.Range(0, 11).Select(i => Write($"image{i}", whole)), cut];
        var rows = _context.Data.LoadFromEnumerable(paths.Select((path, i) => new PathRow { ImagePath = path, Label = i % 2 == 0 ? "dark" : "light" }).ToList());
        // ML.NET reads rows on several threads, and each may log.
        ConcurrentQueue<string> log = [];
        _context.Log += (_, message) => log.Enqueue(message.RawMessage);

        string message = Assert.ThrowsExactly<InvalidDataException>(() => Pipeline(UnusableRows.Throw).Fit(rows)).Message;
        Assert.Contains("row 11", message);
        Assert.Contains(cut, message);
        Assert.Contains("Its file is cut off", message);

        using var model = Pipeline(UnusableRows.Skip).Fit(rows);
        Assert.ContainsSingle(line => line.Contains("1 cannot be used", StringComparison.Ordinal), log);
        var scores = model.Transform(rows).GetColumn<float[]>("Score").ToList();
        Assert.IsTrue(scores[^1].All(float.IsNaN));
        Assert.IsTrue(scores[0].All(float.IsFinite));
    }

    [TestMethod]
    public void A_transparent_pixel_has_the_color_that_the_file_gives_it()
    {
        string path = Write("half.png", Encode(SKEncodedImageFormat.Png, Size, (x, _) => new SKColor(200, 100, 40, x % 2 == 0 ? (byte)128 : (byte)255)));
        using var image = MLImage.CreateFromFile(path);
        float[] planes = new PixelLayout(s_shape, 255, interleaved: false).Planes(image);
        for (int channel = 0; channel < 3; channel++)
            foreach (float value in planes.AsSpan(channel * Size * Size, Size * Size))
                Assert.AreEqual(new[] { 200f, 100f, 40f }[channel], value, 1.5f);
    }

    /// <summary>Where the stored image's first and second quarter are seen, for each orientation of EXIF: row and column of quarters.</summary>
    [TestMethod]
    [DataRow(1, 0, 0, 0, 1)]
    [DataRow(2, 0, 1, 0, 0)]
    [DataRow(3, 1, 1, 1, 0)]
    [DataRow(4, 1, 0, 1, 1)]
    [DataRow(5, 0, 0, 1, 0)]
    [DataRow(6, 0, 1, 1, 1)]
    [DataRow(7, 1, 1, 0, 1)]
    [DataRow(8, 1, 0, 0, 0)]
    public void A_turned_camera_gives_an_upright_image(int orientation, int firstRow, int firstColumn, int secondRow, int secondColumn)
    {
        byte[] stored = Encode(SKEncodedImageFormat.Jpeg, Size, (x, y) => Gray(y >= Size / 2 ? Rest : x < Size / 2 ? First : Second));
        string path = Write($"turned{orientation}.jpg", WithOrientation(stored, orientation));
        var source = new PictureSource(new VisionTransformerOptions(), s_shape, new PictureNormalization { Scale = 1, Mean = [0, 0, 0], Deviation = [1, 1, 1] });
        var rows = _context.Transforms.LoadImages("Image", _folder, "ImagePath")
            .Fit(_context.Data.LoadFromEnumerable([new PathRow { ImagePath = Path.GetFileName(path) }])).Transform(_context.Data.LoadFromEnumerable([new PathRow { ImagePath = Path.GetFileName(path) }]));

        using var cursor = rows.GetRowCursor(rows.Schema);
        Assert.IsTrue(cursor.MoveNext());
        float[] planes = source.Reader(cursor)()!.Pixels.ToArray();

        Assert.AreEqual(First, Middle(firstRow, firstColumn), 6f);
        Assert.AreEqual(Second, Middle(secondRow, secondColumn), 6f);
        Assert.AreEqual(2, new[] { (0, 0), (0, 1), (1, 0), (1, 1) }.Count(quarter => Math.Abs(Middle(quarter.Item1, quarter.Item2) - Rest) < 6));

        float Middle(int row, int column) => planes[(row * Size / 2 + Size / 4) * Size + column * Size / 2 + Size / 4];
    }

    private static SKColor Gray(byte level) => new(level, level, level);

    private EstimatorChain<EncoderTransformer> Pipeline(UnusableRows unusable) => _context.Transforms.Conversion.MapValueToKey("Label")
        .Append(_context.Transforms.LoadImages("Image", imageFolder: null, "ImagePath"))
        .Append(_context.Transforms.ResizeImages("Image", Size, Size))
        .Append(_context.MulticlassClassification.Trainers.VisionTransformer(new VisionTransformerOptions
        {
            FineTuning = new FineTuningOptions { Epochs = 1, BatchSize = 4 },
            Size = EncoderSize.Tiny,
            UnusableRows = unusable,
        }));

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static byte[] Encode(SKEncodedImageFormat format, int size, Func<int, int, SKColor> colorOf)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Bgra8888, SKAlphaType.Unpremul));
        for (int y = 0; y < size; y++)
            for (int x = 0; x < size; x++)
                bitmap.SetPixel(x, y, colorOf(x, y));
        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>A JPEG file with an EXIF segment of one entry, the orientation, after its first marker.</summary>
    private static byte[] WithOrientation(byte[] jpeg, int orientation) =>
    [
        .. jpeg[..2],
        0xFF, 0xE1, 0x00, 0x22, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        .. jpeg[2..],
    ];

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
