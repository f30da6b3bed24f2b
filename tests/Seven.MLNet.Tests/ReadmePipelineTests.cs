using Microsoft.ML;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.MLNet.Tests.Cases;
using Seven.Tests;
using Seven.Tokens;

namespace Seven.MLNet.Tests;

/// <summary>The README's first code is this code, and it runs.</summary>
[TestClass]
public sealed class ReadmePipelineTests
{
    [TestMethod]
    public void The_example_runs()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView train = Sentences.Rows(mlContext), test = train;
        string output = Directory.CreateTempSubdirectory("seven-readme-").FullName, folder = Path.Combine(output, "bert"), path = Path.Combine(output, "sentiment.zip");
        WriteBert(folder);

        // README begins
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.Bert(folder, textColumnName: "Text"))
            .Append(mlContext.Transforms.SevenPrune())      // fine-tunes the BERT before it further, and prunes it to 80 %
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(train);
        var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
        mlContext.Model.Save(model, train.Schema, path);
        // README ends

        Assert.IsInRange(0, 1, metrics.MicroAccuracy);
        using var saved = EncoderCase.EncoderIn(mlContext.Model.Load(path, out _));
        Assert.AreEqual(0.8, saved.Model.Sparsity, 0.01);
        Directory.Delete(output, recursive: true);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.MLNet.Tests", "ReadmePipelineTests.cs");

    /// <summary>A folder with a small BERT and its vocabulary.</summary>
    internal static void WriteBert(string folder)
    {
        string[] tokens = [.. Vocabulary.Special, "good", "bad", "fine", "awful", "film", "plot", "the", "a"];
        EncoderModel.Create(new TextConfiguration { VocabularySize = tokens.Length, HiddenSize = 32, Layers = 1, Heads = 2, IntermediateSize = 32 }, EncoderTasks.TextClassification(["x", "y"])).Save(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), tokens);
    }
}
