using Seven.Formats.Safetensors;
using Seven.Pruning;
using Seven.Reports;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>Pruning through tensor operations, on whatever device the weights are. Weights and scores never leave it but to be saved.</summary>
internal sealed class TensorEngine : IPruningEngine
{
    private readonly PruningOptions _options;
    private readonly long _modelParameters;
    private readonly TensorLayer[] _layers;

    /// <summary>The units of each layer; none where units are the weights themselves.</summary>
    private readonly TensorUnits[] _units;

    /// <summary>[all pruned weights], of which each layer's tensors are parts.</summary>
    private readonly Tensor _mask;
    private readonly Tensor _scores;
    private readonly Tensor[] _memory;

    /// <summary>Values of removed weights that may return, [all pruned weights]; <see langword="null"/> where none does.</summary>
    private readonly Tensor? _removed;

    /// <summary>Weights that were zero before pruning began; they stay so.</summary>
    private readonly Tensor? _present;

    /// <summary>Gradients before those of removed weights were set to zero, in this update.</summary>
    private Tensor[]? _gradients;

    public TensorEngine(IReadOnlyList<TorchWeight> selected, long modelParameters, PruningOptions options, PruningSchedule schedule)
    {
        (Weights, _modelParameters, _options) = (selected, modelParameters, options);
        Progress = new ScheduleProgress(schedule, options.PruneEvery);
        var device = selected[0].Parameter.device;
        long count = selected.Sum(weight => (long)weight.Count);
        using (no_grad())
        {
            _mask = ones(count, dtype: ScalarType.Bool, device: device).DetachFromDisposeScope();
            _scores = zeros(count, device: device).DetachFromDisposeScope();
            _memory = [.. Enumerable.Range(0, options.Criterion.MemoryArrays).Select(_ => zeros(count, device: device).DetachFromDisposeScope())];
            if (options.Criterion.WeightsReturn)
                _removed = zeros(count, device: device).DetachFromDisposeScope();
            _layers = new TensorLayer[selected.Count];
            long start = 0;
            for (int i = 0; i < _layers.Length; start += selected[i].Count, i++)
                _layers[i] = new TensorLayer(selected[i], start, _mask, _scores, _memory, _removed);
            _units = options.Pattern.IsTrivial ? [] : [.. _layers.Select(layer => new TensorUnits(layer, options.Pattern))];
            if (schedule.Sparsity > 0)
                TakeOverZeros();
            _present = _removed is null ? null : _mask.clone().DetachFromDisposeScope();
        }
    }

    public ScheduleProgress Progress { get; }

    public IReadOnlyList<TorchWeight> Weights { get; }

    /// <summary>For tests: the scores, the criterion's arrays and the mask of one layer.</summary>
    internal IReadOnlyList<TensorLayer> Layers => _layers;

    public void MaskGradients()
    {
        using var _ = no_grad();
        if (Progress.Phase == PruningPhase.Pruning)
            KeepGradients();
        foreach (var layer in _layers)
        {
            using var gradient = layer.Weight.Parameter.grad;
            if (gradient is not null)
                layer.Mask(gradient);
        }
    }

    public bool Step()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var action = Progress.Advance();
        EnforceMasks();
        if (action.Scores)
            UpdateScores(action.Step);
        DropGradients();
        return Carry(action);
    }

    public bool EndEpoch() => CarryAlone(Progress.EndEpoch());

    public bool Finish() => CarryAlone(Progress.Finish());

    public void Mask(int index, Tensor values)
    {
        using var _ = no_grad();
        _layers[index].Mask(values);
    }

    public PruningReport Report()
    {
        using var scope = NewDisposeScope();
        return new PruningReport(
            _options.Criterion.Name, Progress.Schedule.Sparsity,
            [.. _layers.Select(layer => new LayerSparsity(layer.Weight.Name, layer.Weight.Shape, layer.Weight.Count, layer.Kept))],
            _modelParameters)
        { Pattern = _options.Pattern.Name };
    }

    public void Save(string path) => State(Snapshots()).Save(path);

    public void Restore(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var snapshots = Snapshots();
        State(snapshots).Restore(file);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        for (int i = 0; i < _layers.Length; i++)
            _layers[i].Set(snapshots[i]);
        _present?.copy_(_mask.logical_or(_removed!.ne(0)));
        foreach (var units in _units)
            units.ReadMask();
        EnforceMasks();
        if (Progress.Phase == PruningPhase.Recovery)
            DropScores();
    }

    public void Dispose()
    {
        DropGradients();
        DropScores();
        foreach (var units in _units)
            units.Dispose();
        foreach (var layer in _layers)
            layer.Dispose();
        _mask.Dispose();
    }

    /// <summary>Gives back all but the masks.</summary>
    private void DropScores()
    {
        foreach (var layer in _layers)
            layer.DropScores();
        foreach (var tensor in _memory)
            tensor.Dispose();
        _scores.Dispose();
        _removed?.Dispose();
        _present?.Dispose();
    }

    private PrunerState State(IReadOnlyList<LayerSnapshot> snapshots) => new(Progress, _options, snapshots);

    private LayerSnapshot[] Snapshots()
    {
        using var scope = NewDisposeScope();
        bool isOver = Progress.Phase == PruningPhase.Recovery;
        return [.. _layers.Select(layer => layer.Snapshot(withScores: !isOver))];
    }

    private void UpdateScores(int step)
    {
        KeepGradients();
        for (int i = 0; i < _layers.Length; i++)
        {
            using var scope = NewDisposeScope();
            var layer = _layers[i];
            Tensor weight = layer.Weight.Parameter, gradient = weight.grad ?? zeros_like(weight);
            layer.Mask(gradient);
            if (layer.Removed is { } removed)
            {
                _options.Criterion.Update(step, new TensorWeights(weight.add(removed), _gradients![i], layer.Scores, layer.Memory));
                continue;
            }

            _options.Criterion.Update(step, new TensorWeights(weight, gradient, layer.Scores, layer.Memory));
            layer.Mask(layer.Scores);
        }

        using var sum = _scores.sum();
        if (!float.IsFinite(sum.ToSingle()))
            ThrowNotFinite();
    }

    /// <summary>Copies the gradients, once an update, where removed weights may return.</summary>
    private void KeepGradients()
    {
        if (_removed is not null)
            _gradients ??= [.. _layers.Select(layer => (layer.Weight.Parameter.grad ?? zeros_like(layer.Weight.Parameter)).clone().DetachFromDisposeScope())];
    }

    private void DropGradients()
    {
        foreach (var gradient in _gradients ?? [])
            gradient.Dispose();
        _gradients = null;
    }

    /// <summary>Removed weights compete again, with the scores that they have now.</summary>
    private void BringBack()
    {
        foreach (var layer in _layers)
            layer.Weight.Parameter.add_(layer.Removed!);
        _mask.copy_(_present!);
        foreach (var units in _units)
            units.ReadMask();
    }

    private void ThrowNotFinite()
    {
        foreach (var layer in _layers)
            if (!layer.Scores.isfinite().all().ToBoolean())
                throw new InvalidOperationException($"{layer.Weight.Name} has a score that is NaN or infinite; expected finite weights and gradients.");
    }

    private bool CarryAlone(PruningAction action)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return Carry(action);
    }

    private bool Carry(PruningAction action)
    {
        if (action.Prunes)
        {
            if (_removed is not null)
                BringBack();
            foreach (var units in _units)
                units.Gather();
            foreach (var (scores, mask) in Groups())
                TensorSelection.Keep(scores, mask, Kept(scores, mask, action.Step));
            foreach (var units in _units)
                units.Expand();
            foreach (var layer in _layers)
                layer.KeepRemoved();
            EnforceMasks();
        }

        if (action.IsLast)
            DropScores();
        return action.Prunes;
    }

    /// <summary>Returns the number of units of a group that are kept after a step.</summary>
    private long Kept(Tensor scores, Tensor mask, int step)
    {
        var schedule = Progress.Schedule;
        long units = mask.numel();
        return _options.Criterion.Threshold is { } threshold && step < schedule.PruningSteps - 1
            ? Math.Max(_options.Pattern.Kept(schedule, schedule.PruningSteps - 1, units), scores.gt(threshold).logical_and(mask).sum().ToInt64())
            : _options.Pattern.Kept(schedule, step, units);
    }

    /// <summary>Scores and masks of units among which one threshold is sought; a mask that is a copy is written back.</summary>
    private IEnumerable<(Tensor Scores, Tensor Mask)> Groups()
    {
        if (_units.Length == 0)
            return _options.Scope == PruningScope.Global ? [(Protected(_scores, _mask, _layers.Select(layer => layer.Kept1D)), _mask)] : _layers.Select(layer => (layer.Scores.view(-1), layer.Kept1D));
        return _options.Scope == PruningScope.Global ? Joined() : _units.Select(units => (units.Scores, units.Mask));
    }

    /// <summary>The units of all layers as one; their masks are divided again afterwards.</summary>
    private IEnumerable<(Tensor Scores, Tensor Mask)> Joined()
    {
        var mask = cat([.. _units.Select(units => units.Mask)]);
        yield return (Protected(cat([.. _units.Select(units => units.Scores)]), mask, _units.Select(units => units.Mask)), mask);
        long start = 0;
        foreach (var units in _units)
        {
            long count = units.Mask.numel();
            units.Mask.copy_(mask.narrow(0, start, count));
            start += count;
        }
    }

    /// <summary>Scores in which the best units of each array, as many as it must keep, are above all others; the scores themselves where there is no limit.</summary>
    /// <param name="scores">Of all arrays.</param>
    /// <param name="mask">Of all arrays, true where kept.</param>
    /// <param name="arrays">The arrays' own masks, for their lengths.</param>
    private Tensor Protected(Tensor scores, Tensor mask, IEnumerable<Tensor> arrays)
    {
        if (_options.MaximumLayerSparsity >= 1)
            return scores;
        Tensor result = scores.clone();
        long start = 0;
        foreach (var array in arrays)
        {
            long count = array.numel();
            Tensor own = result.narrow(0, start, count), best = mask.narrow(0, start, count).clone();
            TensorSelection.Keep(own, best, MaskSelection.LeastOf(count, _options.MaximumLayerSparsity));
            own.masked_fill_(best, float.MaxValue);
            start += count;
        }

        return result;
    }

    private void EnforceMasks()
    {
        foreach (var layer in _layers)
            layer.Mask(layer.Weight.Parameter);
    }

    private void TakeOverZeros()
    {
        using var scope = NewDisposeScope();
        foreach (var layer in _layers)
            layer.TakeOverZeros();
        foreach (var units in _units)
            units.ReadMask();
        foreach (var (_, mask) in Groups())
            WeightSelection.CheckTarget(Progress.Schedule.Sparsity, mask.sum().ToInt64(), mask.numel());
    }
}
