using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Encoders.Tasks;
using Seven.MLNet.Tests.Cases;
using Seven.Tests;
using Seven.Tokens;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>Labels of words, and the spans that they mark.</summary>
[TestClass]
public sealed class TokenClassificationTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly BertTokensCase _case = new();

    [TestMethod]
    public void Trained_it_finds_names_and_cities()
    {
        var model = _case.Before(_context).Append(_case.Trainer(_context, new FineTuningOptions { BatchSize = 8, Epochs = 20, LearningRate = 2e-3 }))
            .Append(_case.After(_context)).Fit(_case.Rows(_context));
        var scored = model.Transform(_context.Data.LoadFromEnumerable([
            new BertTokensCase.Row { Sentence1 = "Grace Hopper lives in New York .", Label = ["O", "O", "O", "O", "O", "O", "O"] },
            new BertTokensCase.Row { Sentence1 = "", Label = [] },
        ]));
        CollectionAssert.AreEqual(new[] { "Grace Hopper", "New York" }, scored.GetColumn<string[]>("Entity").First());
        CollectionAssert.AreEqual(new[] { "PER", "LOC" }, scored.GetColumn<string[]>("EntityLabel").First());
        CollectionAssert.AreEqual(
            new[] { "B-PER", "I-PER", "O", "O", "B-LOC", "I-LOC", "O" },
            scored.GetColumn<VBuffer<ReadOnlyMemory<char>>>("Predicted").First().DenseValues().Select(label => label.ToString()).ToArray());
        Assert.AreEqual(0, scored.GetColumn<VBuffer<uint>>("PredictedLabel").Last().Length, "a text without words has no labels");
    }

    [TestMethod]
    [DataRow("distilbert")]
    [DataRow("electra")]
    [DataRow("roberta")]
    [DataRow("xlm-roberta")]
    public void A_folder_of_another_architecture_is_trained_pruned_saved_and_loaded(string modelType)
    {
        string folder = TestFolders.Temporary();
        var shape = new TextConfiguration
        {
            Architecture = Architecture.All.First(known => known.ModelType == modelType),
            VocabularySize = WriteVocabulary(modelType, folder),
            HiddenSize = 32,
            Layers = 1,
            Heads = 2,
            IntermediateSize = 64,
        };
        if (modelType == "electra")
            shape = shape with { EmbeddingSize = 16 };
        if (modelType.Contains("roberta", StringComparison.Ordinal))
            shape = shape with { SegmentKinds = 1, PaddingToken = 1 };
        EncoderModel.Create(shape, EncoderTasks.TokenClassification(["x", "y"])).Save(folder);
        var rows = _case.Rows(_context);
        var model = _case.Before(_context).Append(_case.Trainer(_context, new FineTuningOptions { Epochs = 2, LearningRate = 1e-3 }, modelFolder: folder))
            .Append(_context.Transforms.SevenPrune(sparsity: 0.7)).Fit(rows);
        Assert.AreEqual(0.7, model.LastTransformer.Report.Sparsity, 0.01);

        string path = Path.Combine(folder, "model.zip");
        _context.Model.Save(model, rows.Schema, path);
        var elsewhere = new MLContext();
        elsewhere.ComponentCatalog.RegisterSeven();
        var loaded = elsewhere.Model.Load(path, out _);
        foreach (var (one, other) in Labels(model).Zip(Labels(loaded)))
            CollectionAssert.AreEqual(one, other);
        Directory.Delete(folder, recursive: true);

        List<uint[]> Labels(ITransformer transformer) => [.. transformer.Transform(rows).GetColumn<VBuffer<uint>>("PredictedLabel").Select(labels => labels.DenseValues().ToArray())];
    }

    private static int WriteVocabulary(string modelType, string folder)
    {
        if (modelType == "roberta")
            return SmallTokenizers.WriteBytePairs(folder);
        if (modelType == "xlm-roberta")
            return SmallTokenizers.WritePieces(folder);
        string[] tokens = [.. Vocabulary.Special, "ada", "grace", "hopper", "alan", "lives", "in", "paris", "new", "york", "oslo", "."];
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), tokens);
        return tokens.Length;
    }

    [TestMethod]
    public void A_row_with_another_number_of_labels_than_words_is_named_or_skipped()
    {
        var rows = _context.Data.LoadFromEnumerable([
            new BertTokensCase.Row { Sentence1 = "Ada lives", Label = ["B-PER", "O"] }, new BertTokensCase.Row { Sentence1 = "Ada lives in Oslo", Label = ["B-PER", "O"] }]);
        var training = new FineTuningOptions { Epochs = 1 };
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Fit(UnusableRows.Throw)).Message;
        Assert.Contains("Row 1 has 4 words and 2 labels", message);
        Fit(UnusableRows.Skip);

        void Fit(UnusableRows unusable) => _case.Before(_context).Append(_case.Trainer(_context, training, unusable)).Fit(rows);
    }

    [TestMethod]
    public void A_column_of_single_keys_is_refused()
    {
        var rows = _context.Transforms.Conversion.MapValueToKey("Label", "Sentence1").Fit(_case.Rows(_context)).Transform(_case.Rows(_context));
        Assert.Contains("vector of keys", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _case.Trainer(_context, new FineTuningOptions()).Fit(rows)).Message);
    }
}
