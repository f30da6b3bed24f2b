using System.Text.Json;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.Tests;
using Seven.Tokens;

namespace Seven.Core.Tests.Inference;

/// <summary>Vectors of texts, out of folders of sentence-transformers and back into them.</summary>
[TestClass]
public sealed class EmbeddingTests
{
    private static readonly string[] s_words = ["the", "river", "is", "wide", "cold"];

    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    /// <summary>Vectors that sentence-transformers gave; int8 rounds them.</summary>
    [TestMethod]
    [TestCategory("Tokens")]
    [DataRow(Precision.Float32, 1e-4)]
    [DataRow(Precision.Int8, 0.03)]
    public void MiniLM_gives_the_vectors_that_sentence_transformers_gives(Precision precision, double tolerance)
    {
        string cases = Path.Combine(Environment.GetEnvironmentVariable("SEVEN_TOKENS") is { Length: > 0 } named ? named : TestFolders.Data("tokens"), "minilm-embeddings.json");
        using var model = SparseModel.Load(TestFolders.Data("minilm-l6"), new() { Precision = precision });
        Assert.IsInstanceOfType<TextEmbeddingTask>(model.Task);
        using var json = JsonDocument.Parse(File.ReadAllBytes(cases));
        var items = json.RootElement.GetProperty("cases").EnumerateArray().ToList();
        float[][] found = model.Embed([.. items.Select(item => item.GetProperty("text").GetString()!)]);
        for (int i = 0; i < items.Count; i++)
        {
            float[] expected = [.. items[i].GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle())];
            Assert.HasCount(expected.Length, found[i]);
            for (int k = 0; k < expected.Length; k++)
                Assert.AreEqual(expected[k], found[i][k], tolerance, $"value {k} of '{items[i].GetProperty("text")}'");
        }
    }

    [TestMethod]
    [DataRow(Pooling.Mean, true)]
    [DataRow(Pooling.FirstToken, false)]
    public void A_model_is_saved_as_sentence_transformers_reads_it_and_read_again(Pooling pooling, bool normalizes)
    {
        var model = NewModel(shape => shape with { Pooling = pooling, NormalizesVectors = normalizes, MaximumTextTokens = 4 });
        using (var before = SparseModel.Of(model))
            before.SaveCompact(_folder);
        File.WriteAllLines(Path.Combine(_folder, "vocab.txt"), [.. Vocabulary.Special, .. s_words]);
        using var read = SparseModel.Load(_folder);
        var shape = (TextConfiguration)read.Configuration;
        Assert.AreEqual((pooling, normalizes, 4), (shape.Pooling, shape.NormalizesVectors, shape.MaximumTextTokens));
        var texts = new TokenizedText[] { new() { Tokens = [2, 5, 6, 3] }, new() { Tokens = [2, 9, 3] } };
        foreach (var (one, other) in model.Predict(texts).Zip(read.Embed(texts)))
        {
            CollectionAssert.AreEqual(one, other);
            double length = Math.Sqrt(one.Sum(value => (double)value * value));
            Assert.AreEqual(normalizes, Math.Abs(length - 1) < 1e-5, $"a length of {length}");
        }

        // Two words are left beside the marks.
        CollectionAssert.AreEqual(read.Embed("the river"), read.Embed("the river is wide"));
        CollectionAssert.AreNotEqual(read.Embed("the river"), read.Embed("the"));
        using var modules = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "modules.json")));
        Assert.AreEqual(normalizes ? 3 : 2, modules.RootElement.GetArrayLength());
    }

    [TestMethod]
    [DataRow("modules.json", """[{ "path": "", "type": "sentence_transformers.models.Transformer" }, { "path": "1_Pooling", "type": "x.Pooling" }, { "path": "2_Dense", "type": "x.Dense" }]""", "Dense; expected Transformer, Pooling")]
    [DataRow("modules.json", """[{ "path": "0_Transformer", "type": "x.Transformer" }, { "path": "1_Pooling", "type": "x.Pooling" }]""", "the folder 0_Transformer")]
    [DataRow("modules.json", """[{ "path": "", "type": "x.Transformer" }, { "path": "../elsewhere", "type": "x.Pooling" }]""", "expected a folder beside modules.json")]
    [DataRow("modules.json", "{}", "no list of modules")]
    [DataRow("1_Pooling/config.json", """{ "pooling_mode_max_tokens": true }""", "expected one of the two")]
    [DataRow("1_Pooling/config.json", """{ "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true }""", "expected one of the two")]
    [DataRow("sentence_bert_config.json", """{ "do_lower_case": true }""", "do_lower_case is true")]
    public void What_sentence_transformers_says_and_is_not_known_here_is_refused_by_name(string file, string json, string expected)
    {
        NewModel(shape => shape).Save(_folder);
        File.WriteAllText(Path.Combine(_folder, file), json);
        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => SparseModel.Load(_folder)).Message);
    }

    [TestMethod]
    public void Embeddings_are_not_taken_from_a_classifier_nor_classes_from_an_embedding_model()
    {
        var shape = NewModel(shape => shape).Configuration;
        EncoderModel.Create(shape, EncoderTasks.TextClassification(["a", "b"])).Save(_folder);
        Assert.Contains("BertForSequenceClassification, which was trained for another task than embeddings; expected a BertModel",
            Assert.ThrowsExactly<InvalidDataException>(() => EncoderModel.Load(_folder, EncoderTasks.TextEmbedding())).Message);
        using (var classifier = SparseModel.Load(_folder))
            Assert.Contains("The model is for text classification; expected a model for text embedding", Assert.ThrowsExactly<InvalidOperationException>(() => classifier.Embed([new TokenizedText { Tokens = [1] }])).Message);
        using var embedder = SparseModel.Of(NewModel(shape => shape));
        Assert.ThrowsExactly<InvalidOperationException>(() => embedder.Classify([1, 2]));
    }

    [TestMethod]
    public void A_model_learns_the_vectors_of_another()
    {
        var (model, other) = (NewModel(shape => shape with { Pooling = Pooling.Mean }), EncoderModel.Create(NewModel(shape => shape with { Pooling = Pooling.Mean }).Configuration, EncoderTasks.TextEmbedding(), seed: 9));
        var random = new Random(1);
        TokenizedText[] texts = [.. Enumerable.Range(0, 64).Select(_ => new TokenizedText { Tokens = [.. Enumerable.Range(0, random.Next(2, 8)).Select(_ => random.Next(10))] })];
        EmbeddedText[] examples = [.. texts.Zip(other.Predict(texts), (text, vector) => new EmbeddedText { Tokens = text.Tokens, Vector = vector })];
        var result = Seven.Training.FineTuner.For(model, new() { Epochs = 20, BatchSize = 8, LearningRate = 5e-3 }).Run(examples, examples);
        Assert.AreEqual("cosine", result.Evaluation!.Primary.Name);
        Assert.IsLessThan(0.85, result.History[0].Evaluation!.Primary.Value);
        Assert.IsGreaterThan(0.95, result.Evaluation.Primary.Value);
    }

    [TestMethod]
    [DataRow(new float[0], "length 0")]
    [DataRow(new float[] { 0, 0, 0, 0, 0, 0, 0, 0 }, "length 0")]
    [DataRow(new float[] { 1, float.NaN, 0, 0, 0, 0, 0, 0 }, "length NaN")]
    [DataRow(new float[] { 1, 2 }, "has 2 values; expected 8")]
    public void A_vector_that_cannot_be_learned_is_refused(float[] vector, string expected)
    {
        var tuner = Seven.Training.FineTuner.For(NewModel(shape => shape), new() { Epochs = 1 });
        Assert.Contains(expected, Assert.ThrowsExactly<ArgumentException>(() => tuner.Run([new EmbeddedText { Tokens = [1], Vector = vector }])).Message);
    }

    private static EncoderModel<TokenizedText, EmbeddedText, float[]> NewModel(Func<TextConfiguration, TextConfiguration> change) => EncoderModel.Create(
        change(new TextConfiguration { VocabularySize = 10, HiddenSize = 8, Layers = 1, Heads = 2, IntermediateSize = 12, MaximumTokens = 16 }), EncoderTasks.TextEmbedding());
}
