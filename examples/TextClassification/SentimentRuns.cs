using System.Diagnostics;
using System.Globalization;
using Common;
using Microsoft.ML;
using Seven.Metrics;
using Seven.MLNet;
using Seven.Terminal;

namespace TextClassification;

/// <summary>Fits ML.NET's own pipeline once for each sparsity.</summary>
/// <param name="train">Sentences to learn from.</param>
/// <param name="test">Sentences to judge by.</param>
/// <param name="epochs">Passes over the rows.</param>
/// <param name="rows">Rows to learn from at most; <see langword="null"/> for all.</param>
/// <param name="weights">The folder of ML.NET's pretrained weights; <see langword="null"/> where it can download them.</param>
/// <param name="output">The folder for the models.</param>
/// <param name="display">Where the runs are shown.</param>
internal sealed class SentimentRuns(FileInfo train, FileInfo test, int epochs, int? rows, DirectoryInfo? weights, string output, RunDisplay display)
{
    /// <summary>Sentences whose time is taken: ML.NET's network takes some 15 ms for each.</summary>
    private const int TimedSentences = 10;

    /// <summary>The models, in the order of the sparsities.</summary>
    /// <param name="sparsities">Shares of weights to remove; 0 for the dense model.</param>
    public Results Run(IReadOnlyList<double> sparsities)
    {
        var mlContext = new MLContext(seed: 1);
        if (weights is not null)
            mlContext.TempFilePath = weights.FullName;
        // The stock trainer reports its epochs to the log alone.
        mlContext.ShowIn(display, showsEpochs: true);
        var trainData = SentimentModel.LoadIDataViewFromFile(mlContext, train.FullName);
        if (rows is { } count)
            trainData = mlContext.Data.TakeRows(trainData, count);
        var testData = SentimentModel.LoadIDataViewFromFile(mlContext, test.FullName);
        var sentences = mlContext.Data.CreateEnumerable<SentimentModel.ModelInput>(testData, reuseRowObject: false).Take(TimedSentences).ToArray();
        return new Results(mlContext, [.. sparsities.Select(sparsity => Run(mlContext, trainData, testData, sparsity))], sentences);
    }

    private TrainedModel Run(MLContext mlContext, IDataView trainData, IDataView testData, double sparsity)
    {
        string name = sparsity == 0 ? "dense" : string.Create(CultureInfo.InvariantCulture, $"seven-{100 * sparsity:0.#}");
        var watch = Stopwatch.StartNew();
        var fitted = SentimentModel.RetrainModel(mlContext, trainData, epochs, sparsity == 0 ? null : new SevenPruneOptions { Sparsity = sparsity, Progress = display.Start(name) });
        double seconds = watch.Elapsed.TotalSeconds;
        var metrics = SentimentModel.Evaluate(mlContext, fitted, testData);
        Metric[] judged = [new("micro accuracy", metrics.MicroAccuracy), new("macro accuracy", metrics.MacroAccuracy)];
        var model = TrainedModel.Save(mlContext, fitted, trainData.Schema, name, output, judged, seconds);
        (fitted as IDisposable)?.Dispose();
        return model;
    }

    /// <summary>What came of the runs.</summary>
    internal sealed record Results(MLContext Context, IReadOnlyList<TrainedModel> Models, SentimentModel.ModelInput[] Sentences)
    {
        /// <summary>Prints the table, and what each loaded model says of a sentence.</summary>
        public void Print()
        {
            var engines = Models.Select(model => Context.Model.CreatePredictionEngine<SentimentModel.ModelInput, SentimentModel.ModelOutput>(Context.Model.Load(model.Path, out _))).ToArray();
            TrainedModel.Print(Models, [.. engines.Select(engine => (Action)(() => Array.ForEach(Sentences, sentence => engine.Predict(sentence))))], Sentences.Length, "sentence");
            foreach (var (model, engine) in Models.Zip(engines))
            {
                var prediction = engine.Predict(new SentimentModel.ModelInput { Sentence = "a charming and often affecting journey" });
                Console.WriteLine($"{model.Name} says {prediction.PredictedLabel} to 'a charming and often affecting journey', with scores {string.Join(" and ", prediction.Score.Select(score => score.ToString("F3", CultureInfo.InvariantCulture)))}.");
                engine.Dispose();
            }
        }
    }
}
