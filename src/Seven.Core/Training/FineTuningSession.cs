using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Formats;
using Seven.Pruning;
using Seven.Reports;
using Seven.Training.Engines;

namespace Seven.Training;

/// <summary>One run of fine-tuning, from its start or a checkpoint to its end.</summary>
internal sealed class FineTuningSession<TInput, TExample> : IControlledRun, IDisposable
    where TExample : class, TInput
{
    private readonly ITrainingEngine<TExample> _engine;
    private readonly FineTuningOptions _options;
    private readonly IReadOnlyList<TExample> _train;
    private readonly IReadOnlyList<TExample>? _validation;
    private readonly Augmentation<TExample> _augmentation;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly LearningRateSchedule _rates;
    private readonly Fingerprint _identity;
    private readonly int _updateSize;
    private readonly int _updatesPerEpoch;

    /// <summary>Updates of SEVEN_pre, before the first epoch.</summary>
    private readonly int _updatesBefore;

    public FineTuningSession(
        EncoderModel<TInput> model, Func<int, ITrainingEngine<TExample>> newEngine, FineTuningOptions options,
        IReadOnlyList<TExample> train, IReadOnlyList<TExample>? validation, Augmentation<TExample> augmentation, string? teacher,
        IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        (_options, _train, _validation, _augmentation, _progress, _cancellation) = (options, train, validation, augmentation, progress, cancellationToken);
        _updateSize = checked(options.BatchSize * options.AccumulationSteps);
        _updatesPerEpoch = (train.Count + _updateSize - 1) / _updateSize;
        int total = checked(_updatesPerEpoch * options.Epochs);
        _rates = new LearningRateSchedule(options.LearningRate, options.LearningRateWarmUp.Of(total), total, options.LearningRateDecay, options.LearningRateCycles);
        _engine = newEngine(total);
        _updatesBefore = options.Pruning?.Timing == PruningTiming.BeforeFineTuning ? _engine.Schedule!.PruningSteps : 0;
        State = new TrainingRun(model.Parameters);
        _identity = RunFingerprint.Of(options, new RunData(
            augmentation.Name, train.Count, model.TokensOf(train), validation?.Count ?? 0, model.ParameterCount, teacher));
    }

    public TrainingRun State { get; }

    /// <summary>Each update since the run began or was resumed.</summary>
    public List<CoursePoint> Course { get; } = [];

    private int TotalUpdates => _updatesBefore + _updatesPerEpoch * _options.Epochs;

    /// <summary>The report of pruning for the best weights.</summary>
    public PruningReport? Report() => State.BestReport ?? _engine.Report();

    bool IControlledRun.PruningIsOver => _engine.PruningIsOver;

    public StopReason Run()
    {
        if (File.Exists(_options.CheckpointPath))
            _engine.LoadCheckpoint(_options.CheckpointPath, State, _identity);
        _engine.Begin();
        return new RunController(this, State, _options.Epochs, _options.Patience).Run();
    }

    void IControlledRun.PruneBeforeFineTuning()
    {
        while (_engine.PruningStepsTaken < _updatesBefore)
            PruneHeldWeights(_engine.PruningStepsTaken);
    }

    EpochSummary IControlledRun.RunEpoch(int epoch)
    {
        int[] order = Order(State.Epoch);
        while (State.UpdateInEpoch < _updatesPerEpoch)
        {
            int step = State.Epoch * _updatesPerEpoch + State.UpdateInEpoch;
            double loss = AddGradients(order, State.UpdateInEpoch, step);
            UpdateWeights(order, step);
            State.UpdateInEpoch++;
            State.LossInEpoch += loss;
            Report(step, loss, finished: null);
        }

        if (_updatesBefore == 0)
            _engine.EndEpoch();
        var evaluation = _validation is null ? null : _engine.Evaluate(_validation, _cancellation).By(_options.BestBy);
        var summary = new EpochSummary(epoch, State.LossInEpoch / _updatesPerEpoch, _engine.Sparsity, evaluation);
        State.EndEpoch();
        return summary;
    }

    void IControlledRun.KeepBest()
    {
        _engine.ReadWeights();
        State.KeepBest(_engine.Report());
    }

    void IControlledRun.RestoreBest()
    {
        _engine.ReadWeights();
        State.RestoreBest();
    }

    void IControlledRun.AfterEpoch(EpochSummary epoch)
    {
        SaveCheckpoint();
        Report(State.Epoch * _updatesPerEpoch - 1, epoch.TrainingLoss, epoch);
    }

    bool IControlledRun.IsCancellation(Exception exception) => exception is OperationCanceledException && _cancellation.IsCancellationRequested;

    void IControlledRun.AfterCancellation()
    {
        SaveCheckpoint();
        _engine.ReadWeights();
    }

    public void Dispose() => _engine.Dispose();

    /// <summary>A step of SEVEN_pre: gradients of a training batch, no change of the weights but pruning.</summary>
    private void PruneHeldWeights(int step)
    {
        var (epoch, update) = Math.DivRem(step, _updatesPerEpoch);
        int[] order = Order(-1 - epoch);
        double loss = AddGradients(order, update, dropoutStep: -1 - step);
        Prune(() => AddGradients(order, update, dropoutStep: -1 - step));
        if (update == _updatesPerEpoch - 1)
            _engine.EndEpoch();
        Report(new TrainingProgress(step + 1, TotalUpdates, 0, loss, 0, _engine.Sparsity, null));
    }

    private void Report(int step, double loss, EpochSummary? finished) => Report(new TrainingProgress(
        UpdateOf(step), TotalUpdates, step / _updatesPerEpoch + 1, loss, _rates.RateOf(step), _engine.Sparsity, finished));

    /// <summary>The number, from 1 on, of a step; those of pruning before fine-tuning are -1, -2 and so on.</summary>
    private int UpdateOf(int step) => step < 0 ? -step : _updatesBefore + step + 1;

    private void Report(TrainingProgress progress)
    {
        Course.Add(new CoursePoint(progress.Update, progress.Loss, progress.Sparsity, progress.Finished?.Evaluation?.Primary.Value));
        _progress?.Report(progress);
    }

    private void UpdateWeights(int[] order, int step)
    {
        double norm = _engine.ClipGradients(_options.MaximumGradientNorm ?? double.PositiveInfinity);
        if (!double.IsFinite(norm))
            throw new TrainingDivergedException(UpdateOf(step), "norm of the gradients", norm);
        _engine.Step(_rates.RateOf(step));
        if (_updatesBefore == 0)
            Prune(() => AddGradients(order, State.UpdateInEpoch, step));
        else
            _engine.EndUpdate();
    }

    private void Prune(Action computeGradients)
    {
        if (_engine.NeedsCurvature)
            _engine.ReadCurvature(computeGradients);
        _engine.Prune();
    }

    /// <summary>The gradients of the mean loss of one update's examples, batch by batch.</summary>
    private double AddGradients(int[] order, int update, int dropoutStep)
    {
        int start = update * _updateSize;
        int end = Math.Min(order.Length, start + _updateSize);
        _engine.ClearGradients();
        double loss = 0;
        for (int first = start; first < end; first += _options.BatchSize)
        {
            _cancellation.ThrowIfCancellationRequested();
            ulong seed = Pass.Mix(((ulong)(uint)_options.Seed << 32) + (uint)dropoutStep);
            var batch = new TExample[Math.Min(_options.BatchSize, end - first)];
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = _augmentation.Apply(_train[order[first + i]], seed ^ (ulong)(first + i));
            }

            loss += _engine.AddGradients(batch, 1f / (end - start), seed + (ulong)first);
        }

        _engine.FinishGradients();
        loss /= end - start;
        if (!double.IsFinite(loss))
            throw new TrainingDivergedException(UpdateOf(dropoutStep), "loss", loss);
        return loss;
    }

    private int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, _train.Count)];
        new Random((int)Pass.Mix(((ulong)(uint)_options.Seed << 32) + (uint)epoch)).Shuffle(order);
        return order;
    }

    private void SaveCheckpoint()
    {
        if (_options.CheckpointPath is { } path)
            _engine.SaveCheckpoint(path, State, _identity);
    }
}
