using Seven.Encoders;
using Seven.Encoders.Tasks;

namespace Seven.Extensions.Hosting.Tests;

/// <summary>Folders of very small models, written in milliseconds.</summary>
internal static class TinyModels
{
    public static string[] Vocabulary { get; } = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film", "song"];

    /// <summary>A folder that does not exist yet, for a model to be written or moved to.</summary>
    public static string NewFolder() => Path.Combine(Seven.Tests.TestFolders.Temporary(), "model");

    public static string Classifier(string? folder = null, int seed = 1) => Save(EncoderModel.Create(Configuration(), EncoderTasks.TextClassification(["no", "yes"]), seed), folder);

    public static string Embedder(string? folder = null) => Save(EncoderModel.Create(Configuration() with { Pooling = Pooling.Mean }, EncoderTasks.TextEmbedding()), folder);

    public static string Rater(string? folder = null) => Save(EncoderModel.Create(Configuration(), EncoderTasks.TextRegression()), folder);

    private static TextConfiguration Configuration() => new()
    {
        VocabularySize = Vocabulary.Length,
        MaximumTokens = 64,
        HiddenSize = 16,
        Heads = 2,
        IntermediateSize = 32,
        Layers = 1,
    };

    private static string Save(EncoderModel model, string? folder)
    {
        folder ??= NewFolder();
        model.SaveCompact(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Vocabulary);
        return folder;
    }
}
