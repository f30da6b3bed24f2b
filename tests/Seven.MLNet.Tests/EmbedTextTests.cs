using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Inference;
using Seven.MLNet.MLNetInternals;
using Seven.Tests;
using Seven.Tokens;

namespace Seven.MLNet.Tests;

/// <summary>Texts to vectors in pipelines, dense and pruned without a label.</summary>
[TestClass]
public sealed class EmbedTextTests
{
    private static readonly string[] s_words = ["the", "river", "is", "wide", "cold", "deep", "a", "lake", "was", "small"];

    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = TestFolders.Temporary();

    [TestInitialize]
    public void SaveModel()
    {
        string[] tokens = [.. Vocabulary.Special, .. s_words];
        var shape = new TextConfiguration
        {
            VocabularySize = tokens.Length,
            HiddenSize = 32,
            Layers = 2,
            Heads = 2,
            IntermediateSize = 64,
            MaximumTokens = 32,
            Pooling = Pooling.Mean,
            NormalizesVectors = true,
            MaximumTextTokens = 12,
        };
        EncoderModel.Create(shape, EncoderTasks.TextEmbedding(), seed: 3).Save(_folder);
        File.WriteAllLines(Path.Combine(_folder, "vocab.txt"), tokens);
    }

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Texts_become_the_vectors_that_the_model_gives_them()
    {
        var rows = Rows(20);
        var estimator = _context.Transforms.Text.EmbedText("Vector", "Text", _folder);
        var promised = estimator.GetOutputSchema(SchemaShapes.Of(rows.Schema)).First(column => column.Name == "Vector");
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, promised.Kind);
        using var transformer = estimator.Fit(rows);
        var scored = transformer.Transform(rows);
        Assert.AreEqual(32, ((VectorDataViewType)scored.Schema["Vector"].Type).Size);
        using var model = SparseModel.Load(_folder);
        foreach (var (text, vector) in scored.GetColumn<string>("Text").Zip(scored.GetColumn<float[]>("Vector")))
            CollectionAssert.AreEqual(model.Embed(text), vector, text);
    }

    [TestMethod]
    public void Pruned_without_labels_it_stays_near_to_its_vectors_and_is_saved_and_loaded()
    {
        var rows = Rows(200);
        var embed = _context.Transforms.Text.EmbedText(new TextEmbeddingOptions { ModelFolder = _folder, FineTuning = new() { Epochs = 8, LearningRate = 1e-3, BatchSize = 16 } });
        using var pruned = _context.Transforms.SevenPrune(embed, new SevenPruneOptions { Sparsity = 0.7 }).Fit(rows);
        Assert.AreEqual(0.7, pruned.Report.Sparsity, 0.01);
        using var model = SparseModel.Load(_folder);
        double cosine = pruned.Transform(rows).GetColumn<float[]>("Features")
            .Zip(Texts(200), (vector, text) => model.Embed(text).Zip(vector, (one, other) => (double)one * other).Sum()).Average();
        Assert.IsGreaterThan(0.99, cosine);

        string path = Path.Combine(_folder, "model.zip");
        _context.Model.Save(pruned, rows.Schema, path);
        var elsewhere = new MLContext();
        elsewhere.ComponentCatalog.RegisterSeven();
        var loaded = elsewhere.Model.Load(path, out _);
        foreach (var (one, other) in pruned.Transform(rows).GetColumn<float[]>("Features").Zip(loaded.Transform(rows).GetColumn<float[]>("Features")))
            CollectionAssert.AreEqual(one, other);
    }

    [TestMethod]
    public void The_readmes_example_runs()
    {
        var (mlContext, folder, texts, smaller) = (_context, _folder, Rows(60), Path.Combine(_folder, "smaller"));

        // README begins
        var embed = mlContext.Transforms.Text.EmbedText("Features", "Text", folder);      // Fit reads the model, and trains nothing

        using var pruned = mlContext.Transforms.SevenPrune(embed, new SevenPruneOptions { Sparsity = 0.8 })
            .Fit(texts);                                                                   // it learns the vectors that it gave before
        ((EncoderTransformer)pruned.Network).SaveCompact(smaller, ValuePrecision.Int8);    // a folder of sentence-transformers, with bitmasks and bytes

        using var search = SparseModel.Load(smaller);
        float[] vector = search.Embed("the river is wide");
        // README ends

        Assert.HasCount(32, vector);
        Assert.AreEqual(0.8, search.Sparsity, 0.01);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.MLNet.Tests", "EmbedTextTests.cs");

    [TestMethod]
    public void Appended_it_prunes_the_model_before_it_and_goes_on_to_an_ordinary_trainer()
    {
        var rows = Rows(60);
        var pipeline = _context.Transforms.Text.EmbedText("Features", "Text", _folder).Append(_context.Transforms.SevenPrune(sparsity: 0.5))
            .Append(_context.Regression.Trainers.LbfgsPoissonRegression());
        var model = pipeline.Fit(rows);
        Assert.HasCount(60, model.Transform(rows).GetColumn<float>("Score").ToArray());
    }

    [TestMethod]
    public void A_model_of_another_task_a_missing_folder_and_no_folder_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => _context.Transforms.Text.EmbedText(new TextEmbeddingOptions()));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => _context.Transforms.Text.EmbedText("Features", "Text", Path.Combine(_folder, "none")));
        var shape = (TextConfiguration)SparseModel.Load(_folder).Configuration;
        EncoderModel.Create(shape, EncoderTasks.TextClassification(["a", "b"])).Save(_folder);
        var estimator = _context.Transforms.Text.EmbedText("Features", "Text", _folder);
        Assert.Contains("trained for another task than embeddings", Assert.ThrowsExactly<InvalidDataException>(() => estimator.Fit(Rows(3))).Message);
        Assert.Contains("'Text'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(_context.Data.LoadFromEnumerable([new { Other = "x" }]))).Message);
    }

    private IDataView Rows(int count) => _context.Data.LoadFromEnumerable(Texts(count).Select((text, i) => new Row { Text = text, Label = 1 + i % 3 }));

    private static IEnumerable<string> Texts(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(2, 9)).Select(_ => s_words[random.Next(s_words.Length)])))];
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public float Label { get; set; }
    }
}
