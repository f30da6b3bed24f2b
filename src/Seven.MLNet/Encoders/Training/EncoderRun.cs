using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.Encoders;
using Seven.Goals;
using Seven.Inference;
using Seven.MLNet.MLNetInternals;
using Seven.MLNet.Pipeline;
using Seven.Training;
using Seven.Training.Engines;

namespace Seven.MLNet.Encoders.Training;

/// <summary>Settings of one <c>Fit</c> call.</summary>
/// <param name="FineTuning">Options of the training, with the pruning if there is any.</param>
/// <param name="Backend">TorchSharp on a GPU; <see langword="null"/> for the engine itself.</param>
/// <param name="ValidationSet">Rows to judge epochs by, if any.</param>
/// <param name="Host">The host, whose log receives a line an epoch and which may cancel.</param>
/// <param name="Progress">Receives the progress after each update, if any.</param>
/// <param name="CancellationToken">Ends the fit early.</param>
internal sealed record EncoderRun(
    FineTuningOptions FineTuning, TrainingBackend? Backend, IDataView? ValidationSet, IHost Host, IProgress<TrainingProgress>? Progress, CancellationToken CancellationToken)
{
    /// <summary>The goal of the search; <see langword="null"/> to train once.</summary>
    public PruningGoal? Goal { get; init; }

    /// <summary>Fine-tunes a model on the examples that are made of rows, and of the validation set if there is one, or searches for the goal from it.</summary>
    /// <returns>The model, the numbers that it scores with, and how it went.</returns>
    public (EncoderModel<TInput, TExample, TOutput> Model, Precision Precision, FineTuningResult Result) Train<TInput, TExample, TOutput>(
        EncoderModel<TInput, TExample, TOutput> model, IDataView rows, Func<IDataView, ReadingRun, IReadOnlyList<TExample>> examplesOf)
        where TExample : class, TInput
    {
        // An impossible teacher is found before rows are read.
        var tuner = Goal is null ? FineTuner.For(model, FineTuning, Backend) : null;
        var train = examplesOf(rows, new ReadingRun(Host, TakesUnlabeled: FineTuning.Distillation is not null));
        var validation = ValidationSet is { } set ? examplesOf(set, new ReadingRun(Host, TakesUnlabeled: false)) : null;
        using var log = new EpochLog(Host, FineTuning.Epochs);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var progress = new SynchronousProgress(update =>
        {
            Progress?.Report(update);
            if (update.Finished is { } epoch)
                log.Report(epoch);
            if (ContextSettings.IsCancelled(Host))
                cancelled.Cancel();
        });
        var found = tuner is not null
            ? (model, Precision.Float32, tuner.Run(train, validation, progress, cancelled.Token))
            : Search(new Search<TInput, TExample, TOutput>(model, Goal!, FineTuning.Validated(), train, validation!) { Backend = Backend, Progress = progress, CancellationToken = cancelled.Token, OnTrial = trial => log.Say($"Tried {trial}.") });
        Log(log, found.Item3);
        return found;
    }

    private static (EncoderModel<TInput, TExample, TOutput>, Precision, FineTuningResult) Search<TInput, TExample, TOutput>(Search<TInput, TExample, TOutput> search)
        where TExample : class, TInput
    {
        var found = GoalSearch.Run(search);
        return (found.Model, found.Precision, found.Run);
    }

    private static void Log(EpochLog log, FineTuningResult result)
    {
        if (result.Pruning?.Search is { } search)
        {
            log.Say($"{search}");
            if (!search.Chosen.Holds)
                log.Warn($"No model that was tried reaches the goal of {search.Goal}; the nearest was taken: {search.Chosen}.");
        }

        if (result.Pruning is { } pruning)
            log.Say($"{result.Stopped}: {pruning.Kept:N0} of {pruning.Weights:N0} prunable weights are left, {pruning.Sparsity:P2} are zeros.\n{pruning}");
        if (result.Stopped == StopReason.Cancelled)
            log.Warn($"Cancelled; the network is returned as far as it came.");
    }

    /// <summary>Calls its action at once, on the thread that trains.</summary>
    private sealed class SynchronousProgress(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
