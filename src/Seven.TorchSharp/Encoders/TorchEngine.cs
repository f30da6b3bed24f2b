using Seven.Encoders;
using Seven.Encoders.Inputs;
using Seven.Encoders.Tasks;
using Seven.Formats;
using Seven.Metrics;
using Seven.Numerics;
using Seven.Pruning;
using Seven.Reports;
using Seven.TorchSharp.Tensors;
using Seven.Training;
using Seven.Training.Engines;
using static TorchSharp.torch;
using TorchAdamW = TorchSharp.Modules.AdamW;

namespace Seven.TorchSharp.Encoders;

/// <summary>Trains Seven.Core's models by TorchSharp: the same losses and schedules, with the weights on a device.</summary>
internal sealed class TorchEngine<TInput, TExample> : ITrainingEngine<TExample>
    where TExample : class, TInput
{
    private readonly IObjective<TExample> _objective;
    private readonly FineTuningOptions _options;
    private readonly Device _device;
    private readonly InputBatch<TInput> _batch;
    private readonly optim.Optimizer _optimizer;
    private readonly TorchPruner? _pruner;
    private readonly TorchEncoder _encoder;

    public TorchEngine(
        EncoderModel<TInput> model, IObjective<TExample> objective, FineTuningOptions options, int updates, Device device, bool mixedPrecision, bool useTensors)
    {
        if (options.CheckpointPath is not null)
            throw new ArgumentException("CheckpointPath is set; expected none where TorchSharp trains: only Seven.Core's own engine writes checkpoints.");
        (_objective, _options, _device, _batch) = (objective, options, device, model.NewBatch());
        Tensors = new EncoderTensors(model.Parameters, device, mixedPrecision);
        _encoder = new TorchEncoder(model.Configuration, model.EncoderTask, Tensors, device, mixedPrecision);
        _optimizer = optim.AdamW(
        [
            new TorchAdamW.ParamGroup(Tensors.Stepped(decaying: true), options.LearningRate, weight_decay: options.WeightDecay),
            new TorchAdamW.ParamGroup(Tensors.Stepped(decaying: false), options.LearningRate, weight_decay: 0),
        ], options.LearningRate);
        if (options.Pruning is { } pruning)
            _pruner = new TorchPruner(Tensors.Weights(), pruning, pruning.ScheduleFor(updates), useTensors);
    }

    /// <summary>The weights on the device.</summary>
    public EncoderTensors Tensors { get; }

    /// <summary>For tests: what it remembers of each tensor.</summary>
    internal optim.Optimizer Optimizer => _optimizer;

    public PruningSchedule? Schedule => _pruner?.Schedule;

    public int PruningStepsTaken => _pruner?.StepsTaken ?? 0;

    public bool PruningIsOver => _pruner is null || _pruner.Phase == PruningPhase.Recovery;

    public bool NeedsCurvature => _options.Pruning is { Criterion.UsesCurvature: true } && _pruner!.Phase == PruningPhase.Pruning;

    public double Sparsity { get; private set; }

    public void Begin() => Sparsity = _pruner?.Sparsity ?? 0;

    public void ClearGradients() => Tensors.ClearGradients();

    public double AddGradients(IReadOnlyList<TExample> batch, float scale, ulong dropoutSeed)
    {
        using var scope = NewDisposeScope();
        random.manual_seed((long)(dropoutSeed & long.MaxValue));
        var states = _options.Distillation is { LooksInside: true } settings ? new InnerTensors(hidden: settings.HiddenStates > 0, attention: settings.Attention > 0) : null;
        var output = Forward(batch, isTraining: true, states);
        Matrix outputs = ToHost(output), gradient = Matrix.Zeros(outputs.Rows, outputs.Columns);
        double loss = _objective.Loss(outputs, _batch.Layout, batch, scale, gradient);
        var slope = tensor(gradient.Values.ToArray(), [gradient.Rows, gradient.Columns], device: _device);
        if (states is null || _objective.InnerTarget is not { } target)
        {
            if (double.IsFinite(loss))
                output.backward([slope]);
            Tensors.AddNarrowGradients();
            return loss;
        }

        var distance = states.DistanceTo(target, _batch.Layout) * batch.Count;
        loss += distance.item<float>();
        if (double.IsFinite(loss))
            ((output * slope).sum() + distance * scale).backward();
        Tensors.AddNarrowGradients();
        return loss;
    }

    public void FinishGradients() => _pruner?.MaskGradients();

    public double ClipGradients(double largestNorm) => nn.utils.clip_grad_norm_(_optimizer.parameters(), largestNorm);

    public void Step(double learningRate)
    {
        foreach (var group in _optimizer.ParamGroups)
            group.LearningRate = learningRate;
        _optimizer.step();
    }

    public void ReadCurvature(Action computeGradients) => TensorCurvature.Read([.. _pruner!.Engine.Weights.Select(weight => weight.Parameter)], computeGradients);

    public void Prune() => Follow(_pruner?.Step(_optimizer) == true);

    public void EndUpdate()
    {
    }

    public void EndEpoch() => Follow(_pruner?.EndEpoch(_optimizer) == true);

    public Evaluation Evaluate(IReadOnlyList<TExample> examples, CancellationToken cancellationToken)
    {
        using var _ = no_grad();
        var judge = _objective.NewJudge();
        double loss = 0;
        foreach (var batch in examples.Chunk(_options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Matrix outputs = ToHost(Forward(batch, isTraining: false));
            judge.See(outputs, _batch.Layout, batch);
            loss += _objective.ForEvaluation.Loss(outputs, _batch.Layout, batch, 1, Matrix.Zeros(outputs.Rows, outputs.Columns));
        }

        return new Evaluation(loss / examples.Count, judge.Judge());
    }

    public PruningReport? Report() => _pruner?.Report();

    public void ReadWeights() => Tensors.CopyToHost(_pruner?.Names ?? []);

    public void SaveCheckpoint(string path, TrainingRun run, Fingerprint identity) => throw new NotSupportedException();

    public void LoadCheckpoint(string path, TrainingRun run, Fingerprint identity) => throw new NotSupportedException();

    public void Dispose()
    {
        _pruner?.Dispose();
        _optimizer.Dispose();
        Tensors.Dispose();
    }

    /// <summary>The outputs of a batch, [outputs × sequences] or [outputs × tokens].</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="isTraining">Whether dropout works.</param>
    /// <param name="states">Takes what happens inside.</param>
    public Tensor Forward(IReadOnlyList<TExample> batch, bool isTraining, InnerTensors? states = null)
    {
        _batch.Clear();
        foreach (var example in batch)
            _batch.Add(example);
        Tensors.ReadValues();
        return _encoder.Forward(_batch, isTraining, states);
    }

    private static Matrix ToHost(Tensor output)
    {
        Matrix host = Matrix.Zeros((int)output.shape[0], (int)output.shape[1]);
        output.detach().cpu().contiguous().data<float>().CopyTo(host.Values);
        return host;
    }

    private void Follow(bool pruned)
    {
        if (pruned)
            Sparsity = _pruner!.Sparsity;
    }
}
