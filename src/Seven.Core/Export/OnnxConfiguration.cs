using Seven.Encoders;
using Seven.Formats;

namespace Seven.Export;

/// <summary>The files that describe a model, as metadata of its ONNX file.</summary>
internal static class OnnxConfiguration
{
    /// <summary>Paths in a model's folder, which are the keys of the metadata. Others are ignored: a key is a path to which a file is written.</summary>
    public static IReadOnlyList<string> Files { get; } = ["config.json", .. EmbeddingFolder.Files];

    /// <summary>The files of a model, with their texts.</summary>
    public static IEnumerable<(string Path, string Text)> Of(EncoderModel model)
    {
        using var folder = new TemporaryFolder("onnx");
        EncoderFolder.WriteConfiguration(folder.Path, model);
        return [.. Files.Where(file => File.Exists(Path.Combine(folder.Path, file))).Select(file => (file, File.ReadAllText(Path.Combine(folder.Path, file))))];
    }

    /// <summary>Writes the files into a folder.</summary>
    public static void Write(IReadOnlyDictionary<string, string> metadata, string folder)
    {
        foreach (string file in Files.Where(metadata.ContainsKey))
        {
            string path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, metadata[file]);
        }
    }
}
