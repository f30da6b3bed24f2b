using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.MLNetInternals;
using Seven.MLNet.Pipeline;
using Seven.Metrics;
using Seven.Pruning;
using Seven.Reports;
using Seven.TorchSharp;
using Seven.Training;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>Fine-tunes a network by the epochs of ML.NET's own trainer, and prunes meanwhile.</summary>
internal sealed class PruningRun : IDisposable
{
    private readonly StockTrainer _trainer;
    private readonly StockSession _session;
    private readonly SevenPruneOptions _options;
    private readonly IHost _host;
    private readonly IDataView _rows;
    private readonly long _rowCount;
    private readonly long _updates;
    private readonly IDataView? _validationSet;
    private readonly MLContext _context = new(seed: 1);
    private readonly TorchPruner _pruner;
    private readonly LossMeter _losses;
    private readonly PruningOptimizer _optimizer;
    private readonly List<EpochSummary> _history = [];
    private readonly List<CoursePoint> _course = [];

    public PruningRun(StockTrainer trainer, StockSession session, SevenPruneOptions options, IHost host, IDataView rows, long rowCount)
    {
        (_trainer, _session, _options, _host, _rows, _rowCount) = (trainer, session, options, host, rows, rowCount);
        _validationSet = options.ValidationSet ?? trainer.Settings.ValidationSet;
        if (options.Patience is not null && _validationSet is null)
            throw new ArgumentException("Patience is set and there is no validation set to judge epochs by; expected one in SevenPruneOptions or in the trainer's options.");
        _updates = (rowCount + trainer.Settings.BatchSize - 1) / trainer.Settings.BatchSize * trainer.Settings.Epochs;
        _pruner = new TorchPruner(session.Model, options, options.ScheduleFor(checked((int)_updates)), trainer.Kind.Head);
        _losses = new LossMeter(trainer.Settings.ReportsLoss);
        _optimizer = new PruningOptimizer(session.Optimizer, _pruner, trainer.Settings.ClipNorm, _losses, IsCancelled, ReportUpdate);
        session.Optimizer = _optimizer;
    }

    public PruningOutcome Run()
    {
        using var log = new EpochLog(_host, _trainer.Settings.Epochs);
        log.Say($"{_pruner.Names.Count} layers, {_pruner.Report().PrunableShare:P1} of the network's {_pruner.Report().ModelParameters:N0} parameters can be pruned.");

        StopReason stopped;
        try
        {
            if (_options.Timing == PruningTiming.BeforeFineTuning)
                PruneHeldWeights();
            stopped = RunEpochs(log);
        }
        catch (Exception exception) when (IsInterruption(exception))
        {
            stopped = StopReason.Cancelled;
            log.Warn($"Cancelled; the network is returned as far as it came.");
        }

        var report = _pruner.Report() with { Course = _course };
        log.Say($"{stopped}: {report.Kept:N0} of {report.Weights:N0} prunable weights are left, {report.Sparsity:P2} are zeros.\n{report}");
        return new PruningOutcome(report, _history, stopped);
    }

    public void Dispose()
    {
        _pruner.Dispose();
        _optimizer.Dispose();
    }

    /// <summary>SEVEN_pre: updates that give gradients, and change no weight but by pruning.</summary>
    private void PruneHeldWeights()
    {
        var scheduler = _session.Scheduler;
        (_session.Scheduler, _optimizer.HoldsWeights) = (new IdleScheduler(), true);
        try
        {
            for (int epoch = 0; _pruner.Phase != PruningPhase.Recovery; epoch++)
            {
                Train(-1 - epoch);
                _pruner.EndEpoch(null);
            }
        }
        catch (RunInterruptedException interruption) when (!interruption.IsCancelled)
        {
            // All pruning steps are taken.
        }

        (_session.Scheduler, _optimizer.HoldsWeights) = (scheduler, false);
        _losses.TakeMean(_rowCount);
    }

    private StopReason RunEpochs(EpochLog log)
    {
        using var best = _options.Patience is { } patience ? new BestWeights(_session.Model, patience) : null;
        var stopped = StopReason.Finished;
        for (int epoch = 0; epoch < _trainer.Settings.Epochs && stopped == StopReason.Finished; epoch++)
        {
            Train(epoch);
            _pruner.EndEpoch(_optimizer.Inner);
            // Rows that the trainer left out may have made the run shorter than the schedule.
            if (epoch == _trainer.Settings.Epochs - 1)
                _pruner.Finish(_optimizer.Inner);
            var summary = EndEpoch(epoch + 1);
            _history.Add(summary);
            _course.Add(new CoursePoint(_pruner.StepsTaken, summary.TrainingLoss, summary.Sparsity, summary.Evaluation?.Primary.Value));
            best?.Judge(summary, counts: _pruner.Phase == PruningPhase.Recovery);
            log.Report(summary);
            if (best?.IsOutOfPatience == true && epoch < _trainer.Settings.Epochs - 1)
                stopped = StopReason.NoImprovement;
        }

        best?.Restore();
        return stopped;
    }

    /// <summary>One pass of the trainer's own loop over the rows.</summary>
    private void Train(int epoch)
    {
        var rows = _rows;
        if (_options.Shuffle)
        {
            int seed = unchecked((ContextSettings.SeedOf(_host) ?? 1) * 31 + epoch);
            rows = _context.Data.ShuffleRows(_rows, seed, shufflePoolSize: (int)Math.Clamp(_rowCount, 1, 1 << 16));
            _optimizer.NextSeed = seed;
        }

        int before = _pruner.StepsTaken;
        _session.Train(_host, rows, _losses);
        if (_pruner.StepsTaken == before)
            throw new InvalidOperationException(
                $"The trainer used none of the {_rowCount} rows; expected some that it can learn from, such as answers that stand in their contexts.");
    }

    /// <summary>Reports an update to the user's progress. ML.NET's trainers hand out sums of losses, so the loss is the sum over a batch's size.</summary>
    private void ReportUpdate(double learningRate)
    {
        if (_options.Progress is not { } progress)
            return;
        int before = _options.Timing == PruningTiming.BeforeFineTuning ? _pruner.Schedule.PruningSteps : 0;
        int update = _pruner.StepsTaken;
        int epoch = update <= before ? 0 : (int)((update - before - 1) / (_updates / _trainer.Settings.Epochs)) + 1;
        progress.Report(new TrainingProgress(
            update, before + (int)_updates, epoch, _losses.TakeLatest() / _trainer.Settings.BatchSize, learningRate, _pruner.Report().Sparsity, null));
    }

    private EpochSummary EndEpoch(int epoch)
    {
        double loss = _losses.TakeMean(_rowCount);
        Evaluation? evaluation = null;
        if (_validationSet is not null)
            evaluation = _trainer.Kind.Evaluate(_context, _trainer.Options, _session.Transformer.Transform(_validationSet));
        return new EpochSummary(epoch, loss, _pruner.Report().Sparsity, evaluation);
    }

    private bool IsCancelled() => _options.Cancellation.IsCancellationRequested || ContextSettings.IsCancelled(_host);

    /// <summary>Whether an exception is how cancelling shows: by this project's seam, or by ML.NET's own checks.</summary>
    private bool IsInterruption(Exception exception) =>
        exception is RunInterruptedException || (exception is OperationCanceledException && IsCancelled());
}
