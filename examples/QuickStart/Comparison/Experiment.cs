using System.Diagnostics;
using Common;
using Microsoft.ML;
using Microsoft.ML.Data;
using QuickStart.Data;
using Seven.Metrics;
using Seven.MLNet;
using Seven.Pruning.Criteria;
using Seven.Reports;
using Seven.Terminal;
using Seven.Training;

namespace QuickStart.Comparison;

/// <summary>Fits the pipeline three times on one budget of updates: dense, pruned with SEVEN, pruned by magnitude.</summary>
internal sealed class Experiment(QuickStartOptions options, Dataset dataset, RunDisplay display, CancellationToken cancellationToken)
{
    /// <summary>Sentences whose time is taken.</summary>
    private const int TimedSentences = 60;

    private readonly MLContext _mlContext = new(options.Seed);

    /// <summary>The models in the order of the table; fewer if the run is cancelled.</summary>
    public IReadOnlyList<ComparedModel> Run()
    {
        _mlContext.ShowIn(display);
        var models = new List<ComparedModel>();
        foreach (var (name, criterion) in new (string, ICriterion?)[] { ("dense", null), ("SEVEN", new SevenCriterion()), ("magnitude", new MagnitudeCriterion()) })
        {
            var model = Train(name, criterion);
            if (cancellationToken.IsCancellationRequested)
                break;
            models.Add(model);
        }

        return Reloaded(models);
    }

    private ComparedModel Train(string name, ICriterion? criterion)
    {
        var pruning = criterion is null ? null : new SevenPruneOptions { Sparsity = options.Sparsity, Criterion = criterion };
        var training = new FineTuningOptions { Epochs = options.Epochs, LearningRate = options.LearningRate, Seed = options.Seed };
        var progress = pruning is null ? display.Start(name) : display.Start(name, 1, training.Epochs - 1);
        var clock = Stopwatch.StartNew();
        var model = SentenceClassifier.Train(_mlContext, _mlContext.Data.LoadFromEnumerable(dataset.Train), options.ModelFolder, pruning, training, progress, cancellationToken);
        double seconds = clock.Elapsed.TotalSeconds;

        var metrics = SentenceClassifier.Evaluate(_mlContext, model, _mlContext.Data.LoadFromEnumerable(dataset.Test));
        var pruned = ((IEnumerable<ITransformer>)model).OfType<SevenPruneTransformer>().FirstOrDefault();
        string path = Save(name, model, pruned?.Report);
        (model as IDisposable)?.Dispose();
        return new ComparedModel(name, [new Metric("accuracy", metrics.MicroAccuracy), new Metric("macro F1", MacroF1(metrics.ConfusionMatrix))], pruned?.Report, seconds, path);
    }

    /// <summary>Saves the ML.NET model, and beside it the encoder as a Hugging Face folder, with the report on its pruning.</summary>
    private string Save(string name, ITransformer model, PruningReport? report)
    {
        string folder = Path.Combine(options.OutputFolder, name.ToLowerInvariant()), path = folder + ".zip";
        Directory.CreateDirectory(folder);
        var encoder = ((IEnumerable<ITransformer>)model).OfType<EncoderTransformer>().Single();
        encoder.SaveCompact(folder);
        report?.SaveHtml(Path.Combine(folder, "report.html"));
        report?.SaveJson(Path.Combine(folder, PruningReport.FileName));
        _mlContext.Model.Save(model, _mlContext.Data.LoadFromEnumerable(dataset.Train).Schema, path + ".new");
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    /// <summary>Loads the saved models as another program would, measures them, and adds their latency to the reports.</summary>
    private List<ComparedModel> Reloaded(List<ComparedModel> models)
    {
        var engines = models.ConvertAll(model => SentenceClassifier.Load(model.Path));
        Sentence[] sample = [.. dataset.Test.Take(TimedSentences)];
        double[] milliseconds = Latency.Milliseconds([.. engines.Select(engine => (Action)(() => Array.ForEach(sample, sentence => engine.Predict(sentence))))], sample.Length);
        for (int i = 0; i < models.Count; i++)
        {
            models[i] = models[i] with { Milliseconds = milliseconds[i], ExampleAnswer = engines[i].Predict(dataset.Test[0]).PredictedLabel };
            if (models[i].Report is { } report)
                report.WithLatency(new LatencyComparison("a sentence", milliseconds[0], milliseconds[i]))
                    .SaveHtml(Path.Combine(Path.ChangeExtension(models[i].Path, null), "report.html"));
            engines[i].Dispose();
        }

        return models;
    }

    /// <summary>The mean F1 of the classes, from ML.NET's confusion matrix.</summary>
    private static double MacroF1(ConfusionMatrix counts) =>
        counts.PerClassPrecision.Zip(counts.PerClassRecall, (precision, recall) => precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0).Average();
}
