using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using TextClassifier = Seven.Encoders.EncoderModel<Seven.Encoders.TokenizedText, Seven.Encoders.LabeledText, float[]>;

namespace Seven.Benchmarks;

/// <summary>The BERT of the benchmarks, of one shape with that of the scripts.</summary>
internal static class BenchmarkModel
{
    public const int Vocabulary = 8192;

    /// <summary>Four times the hidden size between, and heads of 64 features where no number of heads is given.</summary>
    public static TextClassifier Bert(int layers, int hidden, int tokens, int labels, int? heads = null, int vocabulary = Vocabulary) => EncoderModel.Create(new TextConfiguration
    {
        VocabularySize = vocabulary,
        MaximumTokens = tokens,
        Layers = layers,
        HiddenSize = hidden,
        Heads = heads ?? hidden / 64,
        IntermediateSize = 4 * hidden,
    }, EncoderTasks.TextClassification([.. Enumerable.Range(0, labels).Select(label => $"{label}")]));

    /// <summary>Makes a share of the prunable weights zero, at random; the others get random values again.</summary>
    /// <param name="model">The model.</param>
    /// <param name="percent">The share.</param>
    /// <param name="blockRows">Rows that share their zeros, one below the other.</param>
    public static void Prune(TextClassifier model, int percent, int blockRows = 1)
    {
        var random = new Random(1);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
        {
            int columns = parameter.Shape[1];
            var isZero = new bool[columns];
            for (int i = 0; i < parameter.Count; i++)
            {
                if (i / columns % blockRows == 0)
                    isZero[i % columns] = random.Next(100) < percent;
                parameter.Values[i] = isZero[i % columns] ? 0 : 0.08f * (random.NextSingle() - 0.5f);
            }

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
    public static SparseModel ForScoring(TextClassifier model, int threads) => ForScoring(model, new SparseModelOptions { Threads = threads });

    /// <summary>The model as a service would have it: saved, and loaded to score.</summary>
    public static SparseModel ForScoring(TextClassifier model, SparseModelOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("seven-inference").FullName;
        try
        {
            model.SaveCompact(folder);
            return SparseModel.Load(folder, options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
