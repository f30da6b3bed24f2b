using Seven.Encoders;
using Seven.Encoders.Tasks;

namespace Seven.Tests.Encoders;

/// <summary>Scoring, batching, and inputs that are refused.</summary>
[TestClass]
public sealed class ModelTests
{
    private static readonly TextConfiguration Shape = new()
    {
        VocabularySize = 50,
        MaximumTokens = 16,
        HiddenSize = 24,
        Heads = 3,
        Layers = 2,
        IntermediateSize = 48
    };

    private static readonly string[] s_labels = ["no", "yes"];

    [TestMethod]
    public void Texts_of_all_lengths_score_alone_as_in_a_batch()
    {
        var model = EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 3);
        var random = new Random(4);
        TokenizedText[] texts = [.. Enumerable.Range(1, 300).Select(i => new TokenizedText { Tokens = [.. Enumerable.Range(0, 1 + i % 16).Select(_ => random.Next(50))] })];

        var together = model.Logits(texts);
        for (int i = 0; i < texts.Length; i += 7)
            for (int label = 0; label < 2; label++)
                Assert.AreEqual(model.Logits([texts[i]])[0][label], together[i][label], 1e-5);
    }

    [TestMethod]
    public void Padding_with_a_mask_changes_nothing()
    {
        var model = EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 3);
        var plain = new TokenizedText { Tokens = [2, 7, 9, 3] };
        var padded = new TokenizedText { Tokens = [2, 7, 9, 3, 0, 0, 0], AttentionMask = [true, true, true, true, false, false, false] };
        foreach (var (expected, actual) in model.Logits([plain])[0].Zip(model.Logits([padded])[0]))
            Assert.AreEqual(expected, actual, 1e-5);
    }

    [TestMethod]
    public void Texts_beyond_the_position_table_are_cut()
    {
        var model = EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels));
        int[] tokens = [.. Enumerable.Range(0, 40)];
        Assert.IsTrue(model.IsCut(new TokenizedText { Tokens = tokens }));
        CollectionAssert.AreEqual(
            model.Logits([new TokenizedText { Tokens = tokens[..16] }])[0], model.Logits([new TokenizedText { Tokens = tokens }])[0]);
    }

    [TestMethod]
    public void Impossible_inputs_are_refused()
    {
        var model = EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Logits([new TokenizedText { Tokens = [1, 50] }])).Message, "Token 50 at position 1");
        Assert.ThrowsExactly<ArgumentException>(() => model.Logits([new TokenizedText { Tokens = [] }]));
        Assert.ThrowsExactly<ArgumentException>(() => model.Logits([new TokenizedText { Tokens = [1, 2], Segments = [0] }]));
        Assert.ThrowsExactly<ArgumentException>(() => model.Logits([new TokenizedText { Tokens = [1, 2], AttentionMask = [false, false] }]));
    }

    [TestMethod]
    public void Impossible_shapes_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => EncoderModel.Create(Shape with { Heads = 5 }, EncoderTasks.TextClassification(s_labels)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => EncoderModel.Create(Shape with { Layers = 0 }, EncoderTasks.TextClassification(s_labels)));
        Assert.ThrowsExactly<ArgumentException>(() => EncoderModel.Create(Shape, EncoderTasks.TextClassification(["one"])));
        Assert.ThrowsExactly<ArgumentException>(() => EncoderModel.Create(new ImageConfiguration { ImageSize = 30, PatchSize = 16 }, EncoderTasks.ImageClassification(["a", "b"])));
    }

    [TestMethod]
    public void Eight_threads_score_as_one_does()
    {
        var model = EncoderModel.Create(Shape, EncoderTasks.TextClassification(s_labels), seed: 5);
        TokenizedText[] texts = [.. Enumerable.Range(1, 40).Select(i => new TokenizedText { Tokens = [.. Enumerable.Range(0, 1 + i % 16)] })];
        var expected = texts.Select(text => model.Logits([text])[0]).ToArray();
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < texts.Length; i++)
                CollectionAssert.AreEqual(expected[i], model.Logits([texts[i]])[0]);
        });
    }
}
