using Seven.Encoders;
using Seven.Tests;

namespace Study.Tests;

/// <summary>A folder of data as the study reads it, with a model that is trained in seconds.</summary>
internal static class TinyData
{
    private static readonly string[] s_words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film", "song", "very"];

    /// <summary>Writes the folder.</summary>
    /// <param name="rows">Rows to learn from: they decide how long a run takes.</param>
    public static string Write(int rows)
    {
        string folder = TestFolders.Temporary(), sst2 = Path.Combine(folder, "sst2"), model = Path.Combine(folder, "minilm-l6");
        Directory.CreateDirectory(sst2);
        foreach (var (file, count) in new[] { ("train.tsv", rows), ("dev.tsv", 40), ("test.tsv", 40) })
            File.WriteAllLines(Path.Combine(sst2, file), Enumerable.Range(0, count).Select(i => $"very {(i % 2 == 0 ? "good" : "bad")} {(i % 3 == 0 ? "film" : "song")}\t{i % 2}").Prepend("sentence\tlabel"));
        EncoderModel.Create(
            new TextConfiguration { VocabularySize = s_words.Length, MaximumTokens = 64, HiddenSize = 32, Heads = 2, IntermediateSize = 64, Layers = 1, Pooling = Pooling.Mean },
            Seven.Encoders.Tasks.EncoderTasks.TextEmbedding(), seed: 1).Save(model);
        File.WriteAllLines(Path.Combine(model, "vocab.txt"), s_words);
        return folder;
    }
}
