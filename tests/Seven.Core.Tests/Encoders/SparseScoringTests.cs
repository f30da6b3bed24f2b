using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Encoders.Tasks;
using Seven.Numerics;
using Seven.Tests.Golden;
using Seven.Weights;

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
        GoldenEncoderCase.Check(folder, new Alike());
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(0.8)]
    [DataRow(0.99)]
    public void A_pruned_model_scores_alike_in_both_forms(double sparsity)
    {
        var configuration = new TextConfiguration { VocabularySize = 40, MaximumTokens = 150, HiddenSize = 96, Heads = 4, IntermediateSize = 200, Layers = 2 };
        var model = EncoderModel.Create(configuration, EncoderTasks.TextClassification(["a", "b", "c"]));
        Prune(model.Parameters, sparsity);
        AssertAlike(model, Texts(configuration));
    }

    [TestMethod]
    public void A_long_call_scores_as_short_ones_do()
    {
        var configuration = new TextConfiguration { VocabularySize = 40, MaximumTokens = 64, HiddenSize = 32, Heads = 2, IntermediateSize = 64, Layers = 1 };
        var model = EncoderModel.Create(configuration, EncoderTasks.TextClassification(["a", "b"]));
        Prune(model.Parameters, 0.9);
        TokenizedText[] texts = [.. Enumerable.Repeat(Texts(configuration), 20).SelectMany(text => text)];
        Assert.IsGreaterThan(2048, texts.Sum(text => text.Tokens.Count));
        var together = model.Logits(texts);
        for (int i = 0; i < texts.Length; i += 7)
            foreach (var (left, right) in together[i].Zip(model.Logits([texts[i]])[0]))
                Assert.AreEqual(right, left, 1e-4);
    }

    private sealed class Alike : IGoldenCheck
    {
        public void Run<TInput, TExample, TOutput>(GoldenEncoderCase golden, EncoderModel<TInput, TExample, TOutput> model, IReadOnlyList<TExample> batch)
            where TExample : class, TInput => AssertAlike(model, [.. batch]);
    }

    private static void AssertAlike<TInput>(EncoderModel<TInput> model, IReadOnlyList<TInput> inputs)
    {
        var batch = model.NewBatch();
        foreach (var input in inputs)
            batch.Add(input);
        foreach (int threads in new[] { 1, 2 })
        {
            Matrix dense = model.Score(batch, Pass.ForScoring(new Arena(), Workers.Of(threads)));
            Matrix sparse = model.Score(batch, Pass.ForScoring(new Arena(), Workers.Of(threads), new TemporaryForms(tokens: 64, sparseFrom: 0)));
            for (int row = 0; row < dense.Rows; row++)
                for (int column = 0; column < dense.Columns; column++)
                    Assert.AreEqual(dense.Row(row)[column], sparse.Row(row)[column], 1e-4 * Math.Max(1, Math.Abs(dense.Row(row)[column])));
        }
    }

    private static TokenizedText[] Texts(TextConfiguration configuration)
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

    private static Picture[] Pictures(ImageConfiguration configuration)
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
        {
            foreach (ref float value in parameter.Values)
                if (random.NextDouble() < sparsity)
                    value = 0;
            parameter.MaskZeros();
        }
    }
}
