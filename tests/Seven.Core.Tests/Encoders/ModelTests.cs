using Seven.Encoders;

namespace Seven.Tests.Encoders;

/// <summary>Scoring, batching, and inputs that are refused.</summary>
[TestClass]
public sealed class ModelTests
{
    private static readonly BertConfiguration Shape = new()
    {
        VocabularySize = 50,
        MaximumTokens = 16,
        HiddenSize = 24,
        Heads = 3,
        Layers = 2,
        IntermediateSize = 48,
        Labels = ["no", "yes"],
    };

    [TestMethod]
    public void Texts_of_all_lengths_score_alone_as_in_a_batch()
    {
        var model = new BertClassifier(Shape, seed: 3);
        var random = new Random(4);
        TokenizedText[] texts = [.. Enumerable.Range(1, 300).Select(i => new TokenizedText { Tokens = [.. Enumerable.Range(0, 1 + i % 16).Select(_ => random.Next(50))] })];

        var together = model.Predict(texts);
        for (int i = 0; i < texts.Length; i += 7)
            for (int label = 0; label < 2; label++)
                Assert.AreEqual(model.Predict([texts[i]])[0][label], together[i][label], 1e-5);
    }

    [TestMethod]
    public void Padding_with_a_mask_changes_nothing()
    {
        var model = new BertClassifier(Shape, seed: 3);
        var plain = new TokenizedText { Tokens = [2, 7, 9, 3] };
        var padded = new TokenizedText { Tokens = [2, 7, 9, 3, 0, 0, 0], AttentionMask = [true, true, true, true, false, false, false] };
        foreach (var (expected, actual) in model.Predict([plain])[0].Zip(model.Predict([padded])[0]))
            Assert.AreEqual(expected, actual, 1e-5);
    }

    [TestMethod]
    public void Texts_beyond_the_position_table_are_cut()
    {
        var model = new BertClassifier(Shape);
        int[] tokens = [.. Enumerable.Range(0, 40)];
        Assert.IsTrue(model.IsCut(new TokenizedText { Tokens = tokens }));
        CollectionAssert.AreEqual(
            model.Predict([new TokenizedText { Tokens = tokens[..16] }])[0], model.Predict([new TokenizedText { Tokens = tokens }])[0]);
    }

    [TestMethod]
    public void Impossible_inputs_are_refused()
    {
        var model = new BertClassifier(Shape);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Predict([new TokenizedText { Tokens = [1, 50] }])).Message, "Token 50 at position 1");
        Assert.ThrowsExactly<ArgumentException>(() => model.Predict([new TokenizedText { Tokens = [] }]));
        Assert.ThrowsExactly<ArgumentException>(() => model.Predict([new TokenizedText { Tokens = [1, 2], Segments = [0] }]));
        Assert.ThrowsExactly<ArgumentException>(() => model.Predict([new TokenizedText { Tokens = [1, 2], AttentionMask = [false, false] }]));
    }

    [TestMethod]
    public void Impossible_shapes_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new BertClassifier(Shape with { Heads = 5 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new BertClassifier(Shape with { Layers = 0 }));
        Assert.ThrowsExactly<ArgumentException>(() => new BertClassifier(Shape with { Labels = ["one"] }));
        Assert.ThrowsExactly<ArgumentException>(() => new VitClassifier(new VitConfiguration { ImageSize = 30, PatchSize = 16, Labels = ["a", "b"] }));
    }

    [TestMethod]
    public void Eight_threads_score_as_one_does()
    {
        var model = new BertClassifier(Shape, seed: 5);
        TokenizedText[] texts = [.. Enumerable.Range(1, 40).Select(i => new TokenizedText { Tokens = [.. Enumerable.Range(0, 1 + i % 16)] })];
        var expected = texts.Select(text => model.Predict([text])[0]).ToArray();
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < texts.Length; i++)
                CollectionAssert.AreEqual(expected[i], model.Predict([texts[i]])[0]);
        });
    }
}
