using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ML;
using Microsoft.ML;
using ModelReader;
using Seven.MLNet.Tests;
using Seven.MLNet.Tests.Cases;
using Seven.Training;

namespace Seven.MLNet.ServingTests;

/// <summary>A web service's way to score: a pool of prediction engines over a saved model.</summary>
[TestClass]
public sealed class PredictionEnginePoolTests
{
    [TestMethod]
    public void A_pool_scores_as_the_model_does_on_many_threads_at_once()
    {
        var bert = new BertCase();
        var context = bert.NewContext();
        var rows = bert.Rows(context);
        string path = Path.Combine(Directory.CreateTempSubdirectory("seven-pool-").FullName, "model.zip");
        using var model = bert.Before(context).Append(context.Transforms.SevenPrune(bert.Trainer(context, new FineTuningOptions { Epochs = 1 }))).Fit(rows);
        context.Model.Save(model, rows.Schema, path);
        string[] expected = [.. ScoreLines.Of(model.Transform(rows)).Where(line => line.Contains(" Score ", StringComparison.Ordinal))];

        var services = new ServiceCollection();
        services.AddOptions<MLOptions>().Configure(options => options.MLContext.ComponentCatalog.RegisterSeven());
        services.AddPredictionEnginePool<Sentences.Row, Prediction>().FromFile(path);
        using var provider = services.BuildServiceProvider();
        var pool = provider.GetRequiredService<PredictionEnginePool<Sentences.Row, Prediction>>();

        var sentences = context.Data.CreateEnumerable<Sentences.Row>(rows, reuseRowObject: false).ToList();
        Parallel.For(0, 10 * sentences.Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            float[] scores = pool.Predict(sentences[i % sentences.Count]).Score;
            bert.AssertSameScores(string.Join(' ', scores.Select(score => BitConverter.SingleToInt32Bits(score).ToString("x8"))), expected[i % sentences.Count]);
        });
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
