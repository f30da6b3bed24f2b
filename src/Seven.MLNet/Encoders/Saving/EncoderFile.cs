using Microsoft.ML;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats;
using Seven.Formats.Compact;
using Seven.Inference;
using Seven.MLNet.Encoders.Columns;
using Seven.MLNet.MLNetInternals;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Saving;

/// <summary>An encoder in a saved ML.NET model: the files of its compact Hugging Face folder, and one with its columns and labels.</summary>
internal static class EncoderFile
{
    private static readonly string[] s_files = ["config.json", "model.safetensors", .. TokenizerFiles.Names, .. EmbeddingFolder.Files, "preprocessor_config.json", EncoderDescription.FileName];

    public static void Save(ModelSaveContext context, EncoderTransformer encoder)
    {
        var members = ModelFileMembers.Instance;
        using var folder = new TemporaryFolder("save");
        encoder.SaveCompact(folder.Path, encoder.Model.Precision == Precision.Int8 ? ValuePrecision.Int8 : ValuePrecision.Float32);
        EncoderDescription.Of(encoder).Write(folder.Path);
        members.WriteHeader(context, EncoderLoader.Name, UnregisteredEncoder.Contract);
        foreach (string name in s_files.Where(name => File.Exists(Path.Combine(folder.Path, name))))
            members.WriteStream(context, name, writer =>
            {
                using var file = File.OpenRead(Path.Combine(folder.Path, name));
                file.CopyTo(writer.BaseStream);
            });
    }

    /// <param name="context">ML.NET's load context.</param>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    public static EncoderTransformer Load(object context)
    {
        var members = ModelFileMembers.Instance;
        members.ReadHeader(context);
        using var folder = new TemporaryFolder("load");
        foreach (string name in s_files)
            members.ReadStream(context, name, reader =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder.Path, name))!);
                using var file = File.Create(Path.Combine(folder.Path, name));
                reader.BaseStream.CopyTo(file);
            });
        var model = SparseModel.Load(folder.Path);
        // The label of a regression names its score, and is no class.
        var description = EncoderDescription.Read(folder.Path, classes: model.Task is TextRegressionTask ? 0 : model.Labels.Count);
        return EncoderColumns.Of(description.Options).Load(folder.Path, model, description.Labels);
    }
}
