using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Internals;
using Seven.MLNet.Pipeline;
using Seven.Training;
using Seven.Training.Engines;

namespace Seven.MLNet.Encoders.Training;

/// <summary>One fit: how to train, on what to judge, whom to tell, and when to stop.</summary>
/// <param name="FineTuning">How to train, with the pruning if there is any.</param>
/// <param name="Engines">What trains: Seven.Core, or TorchSharp on a GPU.</param>
/// <param name="ValidationSet">Rows to judge epochs by, if any.</param>
/// <param name="Host">Whom to tell, and who may cancel.</param>
/// <param name="Cancellation">Ends the fit early.</param>
internal sealed record EncoderRun(FineTuningOptions FineTuning, IEngineFactory Engines, IDataView? ValidationSet, IHost Host, CancellationToken Cancellation)
{
    /// <summary>Fine-tunes a model on the examples that are made of rows, and of the validation set if there is one.</summary>
    public FineTuningResult Train<TInput, TExample>(FineTuner<TInput, TExample> tuner, IDataView rows, Func<IDataView, IReadOnlyList<TExample>> examplesOf)
        where TExample : class, TInput
    {
        var (train, validation) = (examplesOf(rows), ValidationSet is { } set ? examplesOf(set) : null);
        using var log = new EpochLog(Host, FineTuning.Epochs);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var progress = new Told(update =>
        {
            if (update.Finished is { } epoch)
                log.Report(epoch);
            if (MlNetInternals.Instance.IsCancelled(Host))
                cancelled.Cancel();
        });
        var result = tuner.Run(train, validation, progress, cancelled.Token);
        if (result.Pruning is { } pruning)
            log.Say($"{result.Stopped}: {pruning.Kept:N0} of {pruning.Weights:N0} prunable weights are left, {pruning.Sparsity:P2} are zeros.\n{pruning}");
        if (result.Stopped == StopReason.Cancelled)
            log.Warn($"Cancelled; the network is returned as far as it came.");
        return result;
    }

    /// <summary>Tells at once, on the thread that trains.</summary>
    private sealed class Told(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
