using Microsoft.ML;
using Microsoft.ML.Runtime;
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
/// <param name="Cancellation">Ends the fit early.</param>
internal sealed record EncoderRun(
    FineTuningOptions FineTuning, TrainingBackend? Backend, IDataView? ValidationSet, IHost Host, IProgress<TrainingProgress>? Progress, CancellationToken Cancellation)
{
    /// <summary>Fine-tunes a model on the examples that are made of rows, and of the validation set if there is one.</summary>
    public FineTuningResult Train<TInput, TExample>(FineTuner<TInput, TExample> tuner, IDataView rows, Func<IDataView, IReadOnlyList<TExample>> examplesOf)
        where TExample : class, TInput
    {
        var (train, validation) = (examplesOf(rows), ValidationSet is { } set ? examplesOf(set) : null);
        using var log = new EpochLog(Host, FineTuning.Epochs);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var progress = new SynchronousProgress(update =>
        {
            Progress?.Report(update);
            if (update.Finished is { } epoch)
                log.Report(epoch);
            if (ContextSettings.IsCancelled(Host))
                cancelled.Cancel();
        });
        var result = tuner.Run(train, validation, progress, cancelled.Token);
        if (result.Pruning is { } pruning)
            log.Say($"{result.Stopped}: {pruning.Kept:N0} of {pruning.Weights:N0} prunable weights are left, {pruning.Sparsity:P2} are zeros.\n{pruning}");
        if (result.Stopped == StopReason.Cancelled)
            log.Warn($"Cancelled; the network is returned as far as it came.");
        return result;
    }

    /// <summary>Calls its action at once, on the thread that trains.</summary>
    private sealed class SynchronousProgress(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
