using Microsoft.ML;
using Microsoft.ML.Data;

namespace ImageClassification.Data;

/// <summary>CIFAR-10's binary files: for each image a label byte, then 1,024 red, green and blue bytes of 32 × 32 pixels.</summary>
internal static class CifarFile
{
    private const int Plane = 32 * 32;

    private static readonly string[] s_names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>The classes, in the order of their bytes.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The images as vectors of pixels, 0 to 255.</summary>
    /// <exception cref="InvalidDataException">A file is of another format.</exception>
    public static IDataView Load(MLContext mlContext, IEnumerable<FileInfo> files) =>
        mlContext.Data.LoadFromEnumerable(files.SelectMany(Read).ToList());

    private static IEnumerable<Row> Read(FileInfo file)
    {
        byte[] bytes = File.ReadAllBytes(file.FullName);
        if (bytes.Length == 0 || bytes.Length % (1 + 3 * Plane) != 0)
            throw new InvalidDataException($"{file} has {bytes.Length} bytes; expected a multiple of {1 + 3 * Plane}, CIFAR-10's binary format.");
        for (int start = 0; start < bytes.Length; start += 1 + 3 * Plane)
        {
            if (bytes[start] >= s_names.Length)
                throw new InvalidDataException($"{file} has label {bytes[start]} at byte {start}; expected 0 to {s_names.Length - 1}.");
            var pixels = new float[3 * Plane];
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = bytes[start + 1 + i];
            yield return new Row { Label = s_names[bytes[start]], Image = pixels };
        }
    }

    public sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(3 * Plane)]
        public float[] Image { get; set; } = [];
    }
}
