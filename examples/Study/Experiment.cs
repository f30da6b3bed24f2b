using System.Diagnostics;
using Microsoft.ML;
using Seven.MLNet;
using Study.Results;
using Study.Settings;
using Study.Tasks;

namespace Study;

/// <summary>Runs settings that have no result yet.</summary>
/// <param name="data">The folder of data.</param>
/// <param name="output">The folder of dense models.</param>
/// <param name="results">The results.</param>
internal sealed class Experiment(string data, string output, ResultFile results)
{
    /// <summary>The result of a setting: the one there is, or that of a new run, which is written down.</summary>
    public StudyRun Run(StudyTask task, StudySetting setting, int seed)
    {
        if (results.Read().FirstOrDefault(run => run.Is(task.Name, seed, setting)) is { } done)
            return done;
        if (setting.NeedsDense && !Directory.Exists(DenseFolder(task, seed)))
            Train(task, DenseOf(task), seed);
        return Train(task, setting, seed);
    }

    private static StudySetting DenseOf(StudyTask task) => StudySetting.Dense(task.Epochs, task.LearningRate);

    private string DenseFolder(StudyTask task, int seed) => Path.Combine(output, $"{task.Name}-dense-{seed}");

    private StudyRun Train(StudyTask task, StudySetting setting, int seed)
    {
        string dense = DenseFolder(task, seed);
        var mlContext = new MLContext(seed);
        var (train, validation, test) = task.Load(mlContext, data);
        string start = setting.Start == "dense" ? dense : task.PretrainedIn(data, output);
        var trainer = task.Trainer(mlContext, start, task.Training(setting.Epochs, setting.LearningRate, seed));
        IEstimator<ITransformer> network = setting.IsDense ? trainer : mlContext.Transforms.SevenPrune(trainer, setting.Options(dense));
        long started = Stopwatch.GetTimestamp();
        var fitted = task.Before(mlContext).Append(network).Fit(train);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double sparsity = 0;
        if (fitted.LastTransformer is SevenPruneTransformer pruned)
            sparsity = pruned.Report.Sparsity;
        else if (setting == DenseOf(task) && !Directory.Exists(dense))
            ((EncoderTransformer)(ITransformer)fitted.LastTransformer).SaveCompact(dense);
        var (chosenBy, reported) = (task.Judge(mlContext, fitted.Transform(validation)), task.Judge(mlContext, fitted.Transform(test)));
        ((IDisposable)fitted).Dispose();
        var run = new StudyRun(
            task.Name, seed, setting, reported.Name, chosenBy.Value, reported.Value, sparsity, Math.Round(seconds, 1), Machine(), DateTimeOffset.UtcNow);
        if (!results.Read().Any(done => done.Is(task.Name, seed, setting)))
            results.Append(run);
        return run;
    }

    private static string Machine()
    {
        const string Processors = "/proc/cpuinfo";
        string? model = File.Exists(Processors)
            ? File.ReadLines(Processors).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return $"{model ?? "unknown processor"}, {Environment.ProcessorCount} cores";
    }
}
