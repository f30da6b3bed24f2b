using Microsoft.ML;

namespace ImageClassification.Data;

/// <summary>A folder with a folder of images for each class.</summary>
internal static class ImageFolder
{
    private static readonly string[] s_endings = [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp"];

    /// <summary>Labels and paths; the images are loaded by the pipeline.</summary>
    /// <exception cref="InvalidDataException">There are no images.</exception>
    public static IDataView Load(MLContext mlContext, DirectoryInfo folder)
    {
        var rows = folder.EnumerateDirectories().OrderBy(labeled => labeled.Name, StringComparer.Ordinal)
            .SelectMany(labeled => labeled.EnumerateFiles("*", SearchOption.AllDirectories)
                .Where(file => s_endings.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
                .Select(file => new Row { Label = labeled.Name, ImagePath = file.FullName }))
            .ToList();
        return rows.Count > 0 ? mlContext.Data.LoadFromEnumerable(rows) : throw new InvalidDataException(
            $"{folder} holds no images; expected a folder for each class with files of {string.Join(", ", s_endings)}.");
    }

    public sealed class Row
    {
        public string Label { get; set; } = "";

        public string ImagePath { get; set; } = "";
    }
}
