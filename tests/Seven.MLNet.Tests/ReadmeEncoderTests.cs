using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Inference;
using Seven.MLNet.Tests.Cases;
using Seven.Tests;
using Seven.Tokens;

namespace Seven.MLNet.Tests;

/// <summary>The README's code for encoders in ML.NET is this code, and it runs.</summary>
[TestClass]
public sealed class ReadmeEncoderTests
{
    [TestMethod]
    public void The_example_runs()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = Sentences.Rows(mlContext), test = train;
        string output = Directory.CreateTempSubdirectory("seven-readme-").FullName, folder = Path.Combine(output, "bert"), path = Path.Combine(output, "sentiment.zip");
        WriteBert(folder);

        // README begins
        // A Hugging Face folder (config.json, model.safetensors, vocab.txt), or null to train from scratch.
        var bert = mlContext.MulticlassClassification.Trainers.Bert(folder, textColumnName: "Text");
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.SevenPrune(bert, new SevenPruneOptions { Sparsity = 0.8 }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(train);
        mlContext.Model.Save(model, train.Schema, path);

        // In the program that scores, where no libtorch is needed:
        var scoring = new MLContext();
        scoring.ComponentCatalog.RegisterSeven();           // once, before Load
        var loaded = scoring.Model.Load(path, out _);
        var scores = loaded.Transform(test);                // scored in batches while rows are read
        // README ends

        Assert.HasCount(40, scores.GetColumn<float[]>("Score"));
        EncoderCase.EncoderIn(model).SaveCompact(folder);
        using var scorer = SparseModel.Load(folder);
        Assert.AreEqual(0.8, scorer.Sparsity, 0.01);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.MLNet.Tests", "ReadmeEncoderTests.cs");

    private static void WriteBert(string folder)
    {
        string[] tokens = [.. Vocabulary.Special, "good", "bad", "fine", "awful", "film", "plot", "the", "a"];
        new BertClassifier(new BertConfiguration { VocabularySize = tokens.Length, HiddenSize = 32, Layers = 1, Heads = 2, IntermediateSize = 32, Labels = ["x", "y"] }).Save(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), tokens);
    }
}
