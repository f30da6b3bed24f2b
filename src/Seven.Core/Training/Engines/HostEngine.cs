using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats;
using Seven.Metrics;
using Seven.Numerics;
using Seven.Pruning;
using Seven.Reports;
using Seven.Weights;

namespace Seven.Training.Engines;

/// <summary>Trains in the model's own memory, with layers over to their kept weights as soon as that is faster.</summary>
internal sealed class HostEngine<TInput, TExample> : ITrainingEngine<TExample>
    where TExample : class, TInput
{
    private readonly EncoderModel<TInput> _model;
    private readonly FineTuningOptions _options;
    private readonly Trainer<TInput, TExample> _trainer;
    private readonly AdamW _optimizer;
    private readonly Pruner? _pruner;
    private readonly SparseTraining? _sparse;

    public HostEngine(EncoderModel<TInput> model, IObjective<TExample> objective, FineTuningOptions options, int updates, IReadOnlyList<TExample> train)
    {
        (_model, _options) = (model, options);
        _trainer = new Trainer<TInput, TExample>(model, objective, Workers.Of(options.Threads));
        _optimizer = new AdamW(model.Parameters, options.WeightDecay, _trainer.Workers);
        foreach (var parameter in model.Parameters)
            parameter.Mask = null;
        if (options.Pruning is not { } pruning)
            return;
        _pruner = new Pruner(model.Parameters, pruning, pruning.ScheduleFor(updates), options.Threads);
        int tokens = (int)Math.Min(int.MaxValue, model.TokensOf(train) / train.Count * options.BatchSize);
        _sparse = new SparseTraining(
            model.Parameters, _pruner, layer => FormChoice.SparseFrom(layer, options.SparseFrom, FormUse.Training, tokens), _trainer.Workers);
    }

    public PruningSchedule? Schedule => _pruner?.Schedule;

    public int PruningStepsTaken => _pruner?.StepsTaken ?? 0;

    public bool PruningIsOver => _pruner is null || _pruner.Phase == PruningPhase.Recovery;

    public bool NeedsCurvature => _options.Pruning is { Criterion.UsesCurvature: true } && _pruner!.Phase == PruningPhase.Pruning;

    /// <summary>Kept between prunings: counting takes longer than an update.</summary>
    public double Sparsity { get; private set; }

    public void Begin()
    {
        Sparsity = _pruner?.Sparsity ?? 0;
        FollowSparsely(pruned: true);
    }

    public void ClearGradients()
    {
        Gradients.Clear(_optimizer.Trainables, _trainer.Workers);
        _sparse?.ClearGradients();
    }

    public double AddGradients(IReadOnlyList<TExample> batch, float scale, ulong dropoutSeed) => _trainer.AddGradients(batch, scale, dropoutSeed);

    public void FinishGradients()
    {
        _sparse?.WriteGradients();
        _pruner?.MaskGradients();
    }

    public double ClipGradients(double largestNorm) => Gradients.Clip(_optimizer.Trainables, largestNorm, _trainer.Workers);

    public void Step(double learningRate) => _optimizer.Step(learningRate);

    public void ReadCurvature(Action computeGradients) => Curvature.Read([.. _pruner!.Layers.Select(layer => layer.Weight)], computeGradients);

    public void Prune() => Follow(_pruner?.Step() == true);

    public void EndUpdate() => Follow(pruned: false);

    public void EndEpoch()
    {
        if (_pruner?.EndEpoch() == true)
            Follow(pruned: true);
    }

    public Evaluation Evaluate(IReadOnlyList<TExample> examples, CancellationToken cancellationToken) => _trainer.Evaluate(examples, cancellationToken);

    public PruningReport? Report() => _pruner?.Report();

    public void ReadWeights() => _sparse?.WriteWeights();

    public void SaveCheckpoint(string path, TrainingRun run, Fingerprint identity)
    {
        ReadWeights();
        Checkpoint.Save(path, run, Parts, identity);
    }

    public void LoadCheckpoint(string path, TrainingRun run, Fingerprint identity) => Checkpoint.Load(path, run, Parts, identity);

    public void Dispose() => _sparse?.Dispose();

    private CheckpointParts Parts => new(_model.Parameters, _optimizer, _pruner, parameter => _sparse?.DenseMoments(parameter, _optimizer) ?? _optimizer.MomentsOf(parameter));

    /// <summary>Lets the optimizer and the sparse forms know what the weights are now.</summary>
    private void Follow(bool pruned)
    {
        if (pruned)
        {
            _optimizer.Mask(_pruner!);
            Sparsity = _pruner!.Sparsity;
        }

        FollowSparsely(pruned);
    }

    /// <summary>Criteria whose weights return need all gradients: layers stay dense until pruning is over.</summary>
    private void FollowSparsely(bool pruned)
    {
        if (PruningIsOver || _options.Pruning is not { Criterion.WeightsReturn: true })
            _sparse?.Follow(pruned, _optimizer);
    }
}
