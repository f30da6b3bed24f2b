using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.MLNetInternals;
using Seven.MLNet.Pipeline;
using Seven.Pruning;
using Seven.Reports;
using Seven.TorchSharp;
using Seven.Training;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>Fine-tunes a network by the epochs of ML.NET's own trainer, and prunes meanwhile.</summary>
internal sealed class PruningRun : IControlledRun, IDisposable
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
    private readonly RunHistory _history = new();
    private readonly EpochLog _log;
    private readonly BestWeights? _best;
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
        _log = new EpochLog(host, trainer.Settings.Epochs);
        _best = options.Patience is null ? null : new BestWeights(session.Model);
    }

    bool IControlledRun.PruningIsOver => _pruner.Phase == PruningPhase.Recovery;

    public PruningOutcome Run()
    {
        _log.Say($"{_pruner.Names.Count} layers, {_pruner.Report().PrunableShare:P1} of the network's {_pruner.Report().ModelParameters:N0} parameters can be pruned.");
        var stopped = new RunController(this, _history, _trainer.Settings.Epochs, _options.Patience).Run();
        var report = _pruner.Report().WithCourse(_course);
        _log.Say($"{stopped}: {report.Kept:N0} of {report.Weights:N0} prunable weights are left, {report.Sparsity:P2} are zeros.\n{report}");
        return new PruningOutcome(report, _history.History, stopped);
    }

    public void Dispose()
    {
        _best?.Dispose();
        _log.Dispose();
        _pruner.Dispose();
        _optimizer.Dispose();
    }

    /// <summary>SEVEN_pre: updates that give gradients, and change no weight but by pruning.</summary>
    void IControlledRun.PruneBeforeFineTuning()
    {
        if (_options.Timing != PruningTiming.BeforeFineTuning)
            return;
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

    EpochSummary IControlledRun.RunEpoch(int epoch)
    {
        Train(epoch - 1);
        _pruner.EndEpoch(_optimizer.Inner);
        // Rows that the trainer left out may have made the run shorter than the schedule.
        if (epoch == _trainer.Settings.Epochs)
            _pruner.Finish(_optimizer.Inner);
        double loss = _losses.TakeMean(_rowCount);
        var evaluation = _validationSet is null ? null : _trainer.Kind.Evaluate(_context, _trainer.Options, _session.Transformer.Transform(_validationSet));
        return new EpochSummary(epoch, loss, _pruner.Sparsity, evaluation);
    }

    void IControlledRun.KeepBest() => _best?.Keep();

    void IControlledRun.RestoreBest() => _best?.Restore();

    void IControlledRun.AfterEpoch(EpochSummary epoch)
    {
        _course.Add(new CoursePoint(_pruner.StepsTaken, epoch.TrainingLoss, epoch.Sparsity, epoch.Evaluation?.Primary.Value));
        _log.Report(epoch);
    }

    /// <summary>Whether an exception is how cancelling shows: by this project's seam, or by ML.NET's own checks.</summary>
    bool IControlledRun.IsCancellation(Exception exception) => exception is RunInterruptedException || (exception is OperationCanceledException && IsCancelled());

    void IControlledRun.AfterCancellation() => _log.Warn($"Cancelled; the network is returned as far as it came.");

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
                $"The trainer used none of the {_rowCount} rows; expected some that it can learn from, such as answers that occur in their contexts.");
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
            update, before + (int)_updates, epoch, _losses.TakeLatest() / _trainer.Settings.BatchSize, learningRate, _pruner.Sparsity, null));
    }

    private bool IsCancelled() => _options.CancellationToken.IsCancellationRequested || ContextSettings.IsCancelled(_host);
}
