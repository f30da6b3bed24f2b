using System.Diagnostics;
using Common;
using ImageClassification.Data;
using Microsoft.ML;
using Seven.Encoders;
using Seven.Metrics;
using Seven.MLNet;
using Seven.Terminal;
using Seven.Training;

namespace ImageClassification;

/// <summary>Fits the pipeline once for each criterion, sparsity and seed.</summary>
/// <param name="options">What the user asked for.</param>
/// <param name="folder">The folder to start from; <see langword="null"/> from scratch.</param>
/// <param name="display">Where the runs are shown.</param>
internal sealed class ImageRuns(ImageOptions options, string? folder, RunDisplay display)
{
    /// <summary>Images whose time is taken.</summary>
    public const int TimedImages = 40;

    /// <summary>Trains, judges and saves a model.</summary>
    /// <param name="name">The run's name.</param>
    /// <param name="criterion">What decides which weights stay.</param>
    /// <param name="sparsity">Share of weights to remove; 0 for the dense model.</param>
    /// <param name="seed">Its seed.</param>
    public (TrainedModel Model, Action Score) Run(string name, string criterion, double sparsity, int seed)
    {
        var mlContext = new MLContext(seed);
        mlContext.ShowIn(display);
        var (train, test) = (Load(mlContext, options.Train), Load(mlContext, options.Test));
        var progress = display.Start($"{name}, seed {seed}");
        var trainer = new VisionTransformerOptions
        {
            ModelFolder = folder,
            FlipImages = true,
            UnusableRows = options.SkipUnreadable ? UnusableRows.Skip : UnusableRows.Throw,
            Progress = sparsity == 0 ? progress : null,
            FineTuning = new FineTuningOptions
            {
                Epochs = options.Epochs,
                BatchSize = options.BatchSize,
                LearningRate = options.LearningRate,
                WeightDecay = 0,
                MaximumGradientNorm = null,
                Seed = seed,
            },
        };
        var pruning = sparsity == 0 ? null : new SevenPruneOptions { Sparsity = sparsity, Criterion = Criteria.Known[criterion], Progress = progress };

        var watch = Stopwatch.StartNew();
        var fitted = ImageModel.RetrainModel(mlContext, train, trainer, options.ImageSize, pruning);
        double seconds = watch.Elapsed.TotalSeconds;
        var metrics = ImageModel.Evaluate(mlContext, fitted, test);
        var model = TrainedModel.Save(
            mlContext, fitted, train.Schema, $"{name}-seed{seed}", options.Output.FullName, [new Metric("micro accuracy", metrics.MicroAccuracy), new Metric("macro accuracy", metrics.MacroAccuracy)], seconds);
        var scoring = model.Load();
        Picture[] pictures = Pictures((ImageConfiguration)scoring.Configuration);
        return (model, () => Array.ForEach(pictures, picture => scoring.Classify(picture)));
    }

    private static Picture[] Pictures(ImageConfiguration shape)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, TimedImages).Select(_ => new Picture { Pixels = Enumerable.Range(0, shape.Channels * shape.ImageSize * shape.ImageSize).Select(_ => random.NextSingle()).ToArray() })];
    }

    private static IDataView Load(MLContext mlContext, FileSystemInfo[] places) => places switch
    {
        [DirectoryInfo folder] => ImageFolder.Load(mlContext, folder),
        _ => CifarFile.Load(mlContext, places.Select(place => place as FileInfo ?? throw new UsageException($"{place} is a folder; expected either one folder or CIFAR-10 files."))),
    };
}
