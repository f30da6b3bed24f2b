using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using TextClassifier = Seven.Encoders.EncoderModel<Seven.Encoders.TokenizedText, Seven.Encoders.LabeledText, float[]>;

namespace Seven.Benchmarks;

/// <summary>The BERT of the benchmarks, of one shape with that of the scripts.</summary>
internal static class BenchmarkModel
{
    public const int Vocabulary = 8192;

    /// <summary>Heads of 64 features, and four times the hidden size between.</summary>
    public static TextClassifier Bert(int layers, int hidden, int tokens, int labels) => EncoderModel.Create(new TextConfiguration
    {
        VocabularySize = Vocabulary,
        MaximumTokens = tokens,
        Layers = layers,
        HiddenSize = hidden,
        Heads = hidden / 64,
        IntermediateSize = 4 * hidden,
    }, EncoderTasks.TextClassification([.. Enumerable.Range(0, labels).Select(label => $"{label}")]));

    /// <summary>Makes a share of the prunable weights zero, at random.</summary>
    public static void Prune(TextClassifier model, int percent)
    {
        var random = new Random(1);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
        {
            foreach (ref float value in parameter.Values)
                if (random.Next(100) < percent)
                    value = 0;
            parameter.MaskZeros();
        }
    }

    /// <summary>Random texts.</summary>
    public static TokenizedText[] Texts(int count, int tokens)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => new TokenizedText { Tokens = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(Vocabulary))] })];
    }

    /// <summary>The model as a service would have it: saved, and loaded to score.</summary>
    public static SparseModel ForScoring(TextClassifier model, int threads)
    {
        string folder = Directory.CreateTempSubdirectory("seven-inference").FullName;
        try
        {
            model.SaveCompact(folder);
            return SparseModel.Load(folder, new SparseModelOptions { Threads = threads });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
