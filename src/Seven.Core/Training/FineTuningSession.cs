using Seven.Encoders;
using Seven.Encoders.Layers;
using Seven.Pruning;
using Seven.Training.Augmentation;

namespace Seven.Training;

/// <summary>One run of fine-tuning, from its start or a checkpoint to its end.</summary>
internal sealed class FineTuningSession<TInput, TExample>
    where TExample : class, TInput
{
    private readonly Trainer<TInput, TExample> _trainer;
    private readonly FineTuningOptions _options;
    private readonly IReadOnlyList<TExample> _train;
    private readonly IReadOnlyList<TExample>? _validation;
    private readonly Augment<TExample>? _augment;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly LearningRateSchedule _rates;
    private readonly string _description;
    private readonly int _updateSize;
    private readonly int _updatesPerEpoch;

    /// <summary>Updates of SEVEN_pre, before the first epoch.</summary>
    private readonly int _updatesBefore;
    private double _sparsity;

    public FineTuningSession(
        TransformerModel<TInput> model, Trainer<TInput, TExample> trainer, FineTuningOptions options,
        IReadOnlyList<TExample> train, IReadOnlyList<TExample>? validation, Augment<TExample>? augment,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        (_trainer, _options, _train, _validation, _augment, _progress, _cancellation) = (trainer, options, train, validation, augment, progress, cancellation);
        _updateSize = checked(options.BatchSize * options.AccumulationSteps);
        _updatesPerEpoch = (train.Count + _updateSize - 1) / _updateSize;
        int total = checked(_updatesPerEpoch * options.Epochs);
        _rates = new LearningRateSchedule(options.LearningRate, options.LearningRateWarmUp.Of(total), total, options.LearningRateDecay);
        var pruner = options.Pruning is { } pruning
            ? new Pruner(model.Parameters, pruning, pruning.ScheduleFor(total), options.Threads)
            : null;
        _updatesBefore = options.Pruning?.Mode == SevenMode.BeforeFineTuning ? pruner!.Schedule.PruningSteps : 0;
        int tokens = (int)Math.Min(int.MaxValue, model.TokensOf(train) / train.Count * options.BatchSize);
        var sparse = pruner is null ? null : new SparseTraining(
            model.Parameters, pruner, layer => options.SparseFrom ?? SparseSwitch.ForTraining(layer.Outputs, layer.Inputs, tokens), trainer.Workers);
        State = new TrainingRun(model.Parameters, new AdamW(model.Parameters, options.WeightDecay, trainer.Workers), pruner, sparse);
        _description = $"{options with { Threads = 0, CheckpointPath = null, Patience = null }}, {train.Count} examples, {model.ParameterCount} parameters";
    }

    public TrainingRun State { get; }

    /// <summary>Each update since the run began or was resumed.</summary>
    public List<CoursePoint> Course { get; } = [];

    private int TotalUpdates => _updatesBefore + _updatesPerEpoch * _options.Epochs;

    public StopReason Run()
    {
        if (File.Exists(_options.CheckpointPath))
            Checkpoint.Load(_options.CheckpointPath, State, _description);
        _sparsity = State.Pruner?.Sparsity ?? 0;
        State.Sparse?.Follow(pruned: true, State.Optimizer);
        try
        {
            while (State.Pruner is { } pruner && pruner.StepsTaken < _updatesBefore)
                PruneHeldWeights(pruner);
            while (State.Epoch < _options.Epochs)
            {
                if (IsOutOfPatience())
                    return StopReason.NoImprovement;
                RunEpoch();
            }
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            SaveCheckpoint();
            return StopReason.Cancelled;
        }
        catch (TrainingDivergedException)
        {
            State.RestoreBest();
            throw;
        }

        return StopReason.Finished;
    }

    /// <summary>A step of SEVEN_pre: gradients of a training batch, no change of the weights but pruning.</summary>
    private void PruneHeldWeights(Pruner pruner)
    {
        int step = pruner.StepsTaken;
        var (epoch, update) = Math.DivRem(step, _updatesPerEpoch);
        double loss = AddGradients(Order(-1 - epoch), update, dropoutStep: -1 - step);
        pruner.MaskGradients();
        bool pruned = pruner.Step();
        if (update == _updatesPerEpoch - 1)
            pruned |= pruner.EndEpoch();
        State.Sparse!.Follow(pruned, State.Optimizer);
        _sparsity = pruner.Sparsity;
        Report(new TrainingProgress(step + 1, TotalUpdates, 0, loss, 0, _sparsity, null));
    }

    private void RunEpoch()
    {
        int[] order = Order(State.Epoch);
        while (State.UpdateInEpoch < _updatesPerEpoch)
        {
            int step = State.Epoch * _updatesPerEpoch + State.UpdateInEpoch;
            double loss = AddGradients(order, State.UpdateInEpoch, step);
            UpdateWeights(step, _rates.RateOf(step));
            State.UpdateInEpoch++;
            State.LossInEpoch += loss;
            Report(step, loss, finished: null);
        }

        double meanLoss = State.LossInEpoch / _updatesPerEpoch;
        var summary = EndEpoch(meanLoss);
        Report(State.Epoch * _updatesPerEpoch - 1, meanLoss, summary);
    }

    private void Report(int step, double loss, EpochSummary? finished) => Report(new TrainingProgress(
        _updatesBefore + step + 1, TotalUpdates, step / _updatesPerEpoch + 1, loss, _rates.RateOf(step), _sparsity, finished));

    private void Report(TrainingProgress progress)
    {
        Course.Add(new CoursePoint(progress.Update, progress.Loss, progress.Sparsity, progress.Finished?.Evaluation?.Primary.Value));
        _progress?.Report(progress);
    }

    private void UpdateWeights(int step, double rate)
    {
        State.Pruner?.MaskGradients();
        double norm = Gradients.Clip(State.Optimizer.Trainables, _options.MaximumGradientNorm ?? double.PositiveInfinity, _trainer.Workers);
        if (!double.IsFinite(norm))
            throw new TrainingDivergedException(step + 1, "norm of the gradients", norm);
        State.Optimizer.Step(rate);
        bool pruned = State.Pruner is not null && _updatesBefore == 0 && State.Pruner.Step();
        Follow(pruned);
    }

    private EpochSummary EndEpoch(double meanLoss)
    {
        if (_updatesBefore == 0 && State.Pruner?.EndEpoch() == true)
            Follow(pruned: true);
        var evaluation = _validation is null ? null : _trainer.Evaluate(_validation, _cancellation, State.Sparse?.Weights);
        var summary = new EpochSummary(State.Epoch + 1, meanLoss, _sparsity, evaluation);
        State.EndEpoch(summary);
        SaveCheckpoint();
        return summary;
    }

    /// <summary>Lets the optimizer and the sparse forms know what the weights are now.</summary>
    private void Follow(bool pruned)
    {
        if (pruned)
        {
            State.Optimizer.Mask(State.Pruner!);
            _sparsity = State.Pruner!.Sparsity;
        }

        State.Sparse?.Follow(pruned, State.Optimizer);
    }

    /// <summary>The gradients of the mean loss of one update's examples, batch by batch.</summary>
    private double AddGradients(int[] order, int update, int dropoutStep)
    {
        int start = update * _updateSize;
        int end = Math.Min(order.Length, start + _updateSize);
        Gradients.Clear(State.Optimizer.Trainables, _trainer.Workers);
        State.Sparse?.ClearGradients();
        double loss = 0;
        for (int first = start; first < end; first += _options.BatchSize)
        {
            _cancellation.ThrowIfCancellationRequested();
            ulong seed = Pass.Mix(((ulong)(uint)_options.Seed << 32) + (uint)dropoutStep);
            var batch = new TExample[Math.Min(_options.BatchSize, end - first)];
            for (int i = 0; i < batch.Length; i++)
            {
                var example = _train[order[first + i]];
                batch[i] = _augment is null ? example : _augment(example, seed ^ (ulong)(first + i));
            }

            loss += _trainer.AddGradients(batch, 1f / (end - start), seed + (ulong)first, State.Sparse?.Weights);
        }

        State.Sparse?.WriteGradients();

        loss /= end - start;
        if (!double.IsFinite(loss))
            throw new TrainingDivergedException(dropoutStep + 1, "loss", loss);
        return loss;
    }

    private int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, _train.Count)];
        new Random((int)Pass.Mix(((ulong)(uint)_options.Seed << 32) + (uint)epoch)).Shuffle(order);
        return order;
    }

    private bool IsOutOfPatience() =>
        _options.Patience is { } patience && State.PruningIsOver && State.BestEpoch > 0
        && State.Epoch - State.BestEpoch >= patience;

    private void SaveCheckpoint()
    {
        if (_options.CheckpointPath is { } path)
            Checkpoint.Save(path, State, _description);
    }
}
