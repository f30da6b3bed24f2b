using System.Globalization;
using Microsoft.ML.Data;
using Seven.Tests;
using TextClassification;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>The example's own code on a slice of real data.</summary>
[TestClass]
public sealed class ExampleTests
{
    [TestMethod]
    public void The_sentiment_model_trains_prunes_saves_and_predicts()
    {
        string data = TestFolders.Data("sst2");
        var context = PretrainedFiles.NewContext(Pretrained.NasBert);
        var train = context.Data.TakeRows(SentimentModel.LoadIDataViewFromFile(context, Path.Combine(data, "train.tsv")), 96);
        var test = context.Data.TakeRows(SentimentModel.LoadIDataViewFromFile(context, Path.Combine(data, "test.tsv")), 50);

        var model = SentimentModel.RetrainModel(context, train, epochs: 2, new SevenPruneOptions { Sparsity = 0.9 });
        string path = Path.Combine(Directory.CreateTempSubdirectory("seven-example-").FullName, "model.zip");
        SentimentModel.SaveModel(context, model, train, path);

        var metrics = SentimentModel.Evaluate(context, model, test);
        double right = test.GetColumn<string>("sentence").Zip(test.GetColumn<float>("label"))
            .Count(row => SentimentModel.Predict(path, new SentimentModel.ModelInput { Sentence = row.First }).PredictedLabel == row.Second);
        Assert.AreEqual(metrics.MicroAccuracy, right / 50, 1e-9, string.Create(CultureInfo.InvariantCulture, $"{right} of 50"));
    }
}
