using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Inference;
using Seven.MLNet.Tests.Cases;
using Seven.Tests;

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
        string output = Directory.CreateTempSubdirectory("seven-readme-").FullName, folder = Path.Combine(output, "bert"), path = Path.Combine(output, "sentiment.zip"), int8Path = Path.Combine(output, "sentiment-int8.zip");
        ReadmePipelineTests.WriteBert(folder);

        // README begins
        // Wrapped: pruned inside the trainer's own epochs.
        var bert = mlContext.MulticlassClassification.Trainers.Bert(folder, textColumnName: "Text");
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.SevenPrune(bert, new SevenPruneOptions { Sparsity = 0.9 }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var model = pipeline.Fit(train);
        mlContext.Model.Save(model, train.Schema, path);

        // In the program that scores, which needs Seven.MLNet and no native library:
        var scoring = new MLContext();
        scoring.ComponentCatalog.RegisterSeven();           // once, before Load
        var loaded = scoring.Model.Load(path, out _);
        var scores = loaded.Transform(test);                // scored in batches while rows are read

        // The same pipeline with its encoders in int8: several times as fast, and saved so. Without calibration rows it works as well, a little less exactly.
        var int8 = model.WithPrecision(Precision.Int8, calibration: mlContext.Data.TakeRows(train, 512));
        mlContext.Model.Save(int8, train.Schema, int8Path);
        // README ends

        Assert.HasCount(40, scores.GetColumn<float[]>("Score"));
        Assert.AreEqual(Precision.Int8, EncoderCase.EncoderIn(scoring.Model.Load(int8Path, out _)).Model.Precision);
        EncoderCase.EncoderIn(model).SaveCompact(folder);
        using var scorer = SparseModel.Load(folder);
        Assert.AreEqual(0.9, scorer.Sparsity, 0.01);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.MLNet.Tests", "ReadmeEncoderTests.cs");
}
