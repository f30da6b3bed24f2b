using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Numerics;

namespace Seven.Tests.Encoders;

/// <summary>Scoring over the kept weights alone gives what dense scoring of the same masked weights gives.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class SparseScoringTests
{
    public static IEnumerable<object[]> Golden =>
        TestFolders.Golden.SelectMany(Directory.EnumerateDirectories).Where(folder => File.Exists(Path.Combine(folder, "case.json"))).Select(folder => new object[] { folder });

    /// <summary>The golden cases' weights, of which none is zero: in the sparse form all are kept.</summary>
    [TestMethod]
    [DynamicData(nameof(Golden))]
    public void The_golden_models_score_alike_in_both_forms(string folder)
    {
        string name = Path.GetFileName(folder);
        if (name.StartsWith("vit", StringComparison.Ordinal))
            AssertAlike(VitClassifier.Load(folder), Pictures(VitClassifier.Load(folder).Configuration));
        else if (name.Contains("question", StringComparison.Ordinal))
            AssertAlike(BertQuestionAnswering.Load(folder), Texts(BertQuestionAnswering.Load(folder).Configuration));
        else
            AssertAlike(BertClassifier.Load(folder), Texts(BertClassifier.Load(folder).Configuration));
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(0.8)]
    [DataRow(0.99)]
    public void A_pruned_model_scores_alike_in_both_forms(double sparsity)
    {
        var configuration = new BertConfiguration { VocabularySize = 40, MaximumTokens = 150, HiddenSize = 96, Heads = 4, IntermediateSize = 200, Layers = 2, Labels = ["a", "b", "c"] };
        var model = new BertClassifier(configuration);
        Prune(model.Parameters, sparsity);
        AssertAlike(model, Texts(configuration));
    }

    [TestMethod]
    public void A_long_call_scores_as_short_ones_do()
    {
        var configuration = new BertConfiguration { VocabularySize = 40, MaximumTokens = 64, HiddenSize = 32, Heads = 2, IntermediateSize = 64, Layers = 1, Labels = ["a", "b"] };
        var model = new BertClassifier(configuration);
        Prune(model.Parameters, 0.9);
        TokenizedText[] texts = [.. Enumerable.Repeat(Texts(configuration), 20).SelectMany(text => text)];
        Assert.IsGreaterThan(2048, texts.Sum(text => text.Tokens.Count));
        var together = model.Predict(texts);
        for (int i = 0; i < texts.Length; i += 7)
            foreach (var (left, right) in together[i].Zip(model.Predict([texts[i]])[0]))
                Assert.AreEqual(right, left, 1e-4);
    }

    private static void AssertAlike<TInput>(TransformerModel<TInput> model, IReadOnlyList<TInput> inputs)
    {
        var batch = model.NewBatch();
        foreach (var input in inputs)
            batch.Add(input);
        foreach (int threads in new[] { 1, 2 })
        {
            Matrix dense = model.Score(batch, Pass.ForScoring(new Arena(), Workers.Of(threads)));
            Matrix sparse = model.Score(batch, Pass.ForScoring(new Arena(), Workers.Of(threads), SparseWeights.OfZeros(tokens: 64, sparseFrom: 0)));
            for (int row = 0; row < dense.Rows; row++)
                for (int column = 0; column < dense.Columns; column++)
                    Assert.AreEqual(dense.Row(row)[column], sparse.Row(row)[column], 1e-4 * Math.Max(1, Math.Abs(dense.Row(row)[column])));
        }
    }

    private static TokenizedText[] Texts(BertConfiguration configuration)
    {
        var random = new Random(1);
        return
        [
            .. new[] { 1, 5, 16, 17, 33, configuration.MaximumTokens }.Select(length => new TokenizedText
            {
                Tokens = [.. Enumerable.Range(0, Math.Min(length, configuration.MaximumTokens)).Select(_ => random.Next(configuration.VocabularySize))],
            }),
        ];
    }

    private static Picture[] Pictures(VitConfiguration configuration)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 3).Select(_ => new Picture
        {
            Pixels = Enumerable.Range(0, configuration.Channels * configuration.ImageSize * configuration.ImageSize).Select(_ => (float)random.NextDouble()).ToArray(),
        })];
    }

    private static void Prune(IEnumerable<Parameter> parameters, double sparsity)
    {
        var random = new Random(2);
        foreach (var parameter in parameters.Where(parameter => parameter.IsPrunable))
            foreach (ref float value in parameter.Values)
                if (random.NextDouble() < sparsity)
                    value = 0;
    }
}
