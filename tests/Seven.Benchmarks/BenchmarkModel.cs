using Seven.Encoders;

namespace Seven.Benchmarks;

/// <summary>The BERT of the benchmarks, of one shape with that of the scripts.</summary>
internal static class BenchmarkModel
{
    public const int Vocabulary = 8192;

    /// <summary>Heads of 64 features, and four times the hidden size between.</summary>
    public static BertClassifier Bert(int layers, int hidden, int tokens, int labels) => new(new BertConfiguration
    {
        VocabularySize = Vocabulary,
        MaximumTokens = tokens,
        Layers = layers,
        HiddenSize = hidden,
        Heads = hidden / 64,
        IntermediateSize = 4 * hidden,
        Labels = [.. Enumerable.Range(0, labels).Select(label => $"{label}")],
    });
}
