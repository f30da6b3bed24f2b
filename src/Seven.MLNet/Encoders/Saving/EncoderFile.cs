using Microsoft.ML;
using Seven.Encoders;
using Seven.Encoders.Tasks;
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
        string folder = Directory.CreateTempSubdirectory("seven-save-").FullName;
        try
        {
            encoder.SaveCompact(folder, encoder.Model.Precision == Precision.Int8 ? ValuePrecision.Int8 : ValuePrecision.Float32);
            EncoderDescription.Of(encoder).Write(folder);
            members.WriteHeader(context, EncoderLoader.Name, UnregisteredEncoder.Contract);
            foreach (string name in s_files.Where(name => File.Exists(Path.Combine(folder, name))))
                members.WriteStream(context, name, writer =>
                {
                    using var file = File.OpenRead(Path.Combine(folder, name));
                    file.CopyTo(writer.BaseStream);
                });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <param name="context">ML.NET's load context.</param>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    public static EncoderTransformer Load(object context)
    {
        var members = ModelFileMembers.Instance;
        members.ReadHeader(context);
        string folder = Directory.CreateTempSubdirectory("seven-load-").FullName;
        try
        {
            foreach (string name in s_files)
                members.ReadStream(context, name, reader =>
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
                    using var file = File.Create(Path.Combine(folder, name));
                    reader.BaseStream.CopyTo(file);
                });
            var model = SparseModel.Load(folder);
            // The label of a regression names its score, and is no class.
            var description = EncoderDescription.Read(folder, classes: model.Task is TextRegressionTask ? 0 : model.Labels.Count);
            return EncoderColumns.Of(description.Options).Load(folder, model, description.Labels);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
