using System.Diagnostics;
using Microsoft.ML;
using Seven.MLNet;
using Seven.Terminal;
using Seven.Training;
using Study.Results;
using Study.Settings;
using Study.Sweeps;

namespace Study;

/// <summary>Does runs. A run that was ended goes on from its checkpoint.</summary>
/// <param name="data">The folder of data.</param>
/// <param name="output">The folder of dense models and checkpoints, which all machines of a sweep share.</param>
internal sealed class Experiment(string data, string output)
{
    /// <summary>Trains, prunes and judges.</summary>
    /// <param name="run">What to run.</param>
    /// <param name="progress">Receives its progress.</param>
    /// <param name="cancellationToken">Ends it; its checkpoint stays.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public StudyRun Run(PlannedRun run, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var (task, setting, seed) = (run.StudyTask, run.Setting, run.Seed);
        string dense = DenseFolder(run), checkpoint = Path.Combine(Directory.CreateDirectory(Path.Combine(output, "checkpoints")).FullName, run.Id);
        var mlContext = new MLContext(seed);
        var (train, validation, test) = task.Load(mlContext, data, setting.UnlabeledRows);
        string start = setting.Start == "dense" ? dense : task.PretrainedIn(data, output);
        var training = task.Training(setting.Epochs, setting.LearningRate, seed) with { CheckpointPath = checkpoint };
        var trainer = task.Trainer(mlContext, start, training, setting.IsDense ? progress : null, cancellationToken);
        IEstimator<ITransformer> network = setting.IsDense ? trainer : mlContext.Transforms.SevenPrune(trainer, setting.Options(dense) with { Progress = progress, CancellationToken = cancellationToken });
        long started = Stopwatch.GetTimestamp();
        var fitted = task.Before(mlContext).Append(network).Fit(train);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cancellationToken.ThrowIfCancellationRequested();
        double sparsity = 0;
        if (fitted.LastTransformer is SevenPruneTransformer pruned)
            sparsity = pruned.Report.Sparsity;
        else if (setting == StudySetting.Dense(task.Epochs, task.LearningRate) && !Directory.Exists(dense))
            SaveWhole((EncoderTransformer)(ITransformer)fitted.LastTransformer, dense);
        var (chosenBy, reported) = (task.Judge(mlContext, fitted.Transform(validation)), task.Judge(mlContext, fitted.Transform(test)));
        ((IDisposable)fitted).Dispose();
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(checkpoint)!, run.Id + "*"))
            File.Delete(file);
        return new StudyRun(task.Name, seed, setting, reported.Name, chosenBy.Value, reported.Value, sparsity, Math.Round(seconds, 1), Machine.Name, DateTimeOffset.UtcNow);
    }

    private string DenseFolder(PlannedRun run) => Path.Combine(output, $"{run.Task}-dense-{run.Seed}");

    /// <summary>Saves under another name first, so that no other machine finds half a model.</summary>
    private static void SaveWhole(EncoderTransformer encoder, string folder)
    {
        string temporary = $"{folder}.{Guid.NewGuid():N}";
        encoder.SaveCompact(temporary);
        try
        {
            Directory.Move(temporary, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another machine, to which the run was reassigned meanwhile, has saved the same model.
            Directory.Delete(temporary, recursive: true);
        }
    }
}
