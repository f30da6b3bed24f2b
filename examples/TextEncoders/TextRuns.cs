using System.Diagnostics;
using System.Globalization;
using Common;
using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet;
using Seven.Terminal;
using TextEncoders.Tasks;

namespace TextEncoders;

/// <summary>Fits the pipeline once for each way of pruning.</summary>
/// <param name="task">The task.</param>
/// <param name="data">Its folder.</param>
/// <param name="choices">How the network is trained.</param>
/// <param name="output">The folder for the models.</param>
/// <param name="display">Where the runs are shown.</param>
internal sealed class TextRuns(TextTask task, string data, TrainingChoices choices, string output, RunDisplay display)
{
    /// <summary>Texts whose time is taken.</summary>
    private const int TimedTexts = 60;

    /// <summary>The models, in the order of the runs.</summary>
    /// <param name="runs">How to prune; <see langword="null"/> for the dense model.</param>
    public Results Run(IReadOnlyList<SevenPruneOptions?> runs)
    {
        var models = new List<(TrainedModel Model, Action Score)>();
        foreach (var pruning in runs)
            models.Add(Run(pruning));
        return new Results(models);
    }

    private (TrainedModel Model, Action Score) Run(SevenPruneOptions? pruning)
    {
        var mlContext = new MLContext(choices.Training.Seed);
        mlContext.ShowIn(display);
        var (train, validation, test) = task.Load(mlContext, data);
        if (choices.Rows is { } most)
            train = mlContext.Data.TakeRows(train, most);
        if (validation is null && pruning?.Goal is not null)
        {
            var split = mlContext.Data.TrainTestSplit(train, testFraction: 1 / 12d, seed: 1);
            (train, validation) = (split.TrainSet, split.TestSet);
        }

        string name = NameOf(pruning);
        var network = Network(mlContext, pruning, validation is null ? null : task.Before(mlContext).Fit(train).Transform(validation), name);
        var watch = Stopwatch.StartNew();
        var fitted = task.Before(mlContext).Append(network).Fit(train);
        double seconds = watch.Elapsed.TotalSeconds;
        var model = TrainedModel.Save(mlContext, fitted, train.Schema, $"{task.Name}-{name}-{choices.Training.Seed}", output, task.Evaluate(mlContext, fitted.Transform(test)), seconds);
        if (model.Report?.Search is { } search)
            Console.WriteLine(search);
        var scoring = model.Load();
        return (model, scoring.ScoreAll([.. test.GetColumn<string>("Text").Take(TimedTexts).Select(text => scoring.Tokenize(text))]));
    }

    /// <summary>The trainer, and how it is pruned. The trainer sees the rows as the steps before it make them; so must the rows by which it chooses its best epoch.</summary>
    private IEstimator<ITransformer> Network(MLContext mlContext, SevenPruneOptions? pruning, IDataView? validation, string name)
    {
        var progress = choices.DenseFirst && pruning is not null ? display.Start(name, 1, 1) : display.Start(name);
        var trainer = task.Trainer(mlContext, choices with { Progress = pruning is null || choices.DenseFirst ? progress : null }, validation);
        return pruning is null ? trainer
            : choices.DenseFirst ? trainer.Append(mlContext.Transforms.SevenPrune(pruning with { Progress = progress }))
            : mlContext.Transforms.SevenPrune(trainer, pruning with { Progress = progress });
    }

    private string NameOf(SevenPruneOptions? pruning) => pruning is null ? "dense"
        : pruning.Criterion.Name.ToLowerInvariant()
            + (pruning.Goal is null ? string.Create(CultureInfo.InvariantCulture, $"-{100 * pruning.Sparsity:0.##}") : "-goal")
            + (pruning.Distillation is null ? "" : "-distilled") + (choices.DenseFirst ? "-dense-first" : "");

    /// <summary>What came of the runs.</summary>
    internal sealed record Results(IReadOnlyList<(TrainedModel Model, Action Score)> Models)
    {
        public void Print() => TrainedModel.Print([.. Models.Select(one => one.Model)], [.. Models.Select(one => one.Score)], TimedTexts, "text");
    }
}
