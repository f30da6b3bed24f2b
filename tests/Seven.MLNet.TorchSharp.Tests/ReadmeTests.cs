using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Seven.Tests;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>The README's code for ML.NET is this code, and it runs.</summary>
[TestClass]
public sealed class ReadmeTests
{
    [TestMethod]
    public void The_example_runs()
    {
        var watched = new Watched();
        var mlContext = watched.Context;
        IDataView train = Watched.Case.Rows(mlContext), test = train;
        string path = Path.Combine(Directory.CreateTempSubdirectory("seven-readme-").FullName, "sentiment.zip");

        // README begins
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Text"))
            .Append(mlContext.Transforms.SevenPrune())      // fine-tunes the network before it further, and prunes it to 80 %
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Text label", "PredictedLabel"));

        var model = pipeline.Fit(train);
        var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
        mlContext.Model.Save(model, train.Schema, path);    // loads in programs that have ML.NET alone
        // README ends

        Assert.IsInRange(0, 1, metrics.MicroAccuracy);
        Assert.AreEqual("Text label", mlContext.Model.Load(path, out _).GetOutputSchema(train.Schema)["Text label"].Name);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.MLNet.TorchSharp.Tests", "ReadmeTests.cs");
}
