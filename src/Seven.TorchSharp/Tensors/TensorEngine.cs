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
    private readonly TensorSegment[] _segments;

    /// <summary>The units of each layer; none where units are the weights themselves.</summary>
    private readonly TensorUnits[] _units;

    /// <summary>Of all pruned weights; each layer's and each segment's are parts of them.</summary>
    private readonly PruningVectors _vectors;

    /// <summary>Weights that were zero before pruning began; they stay so.</summary>
    private readonly Tensor? _present;

    public TensorEngine(IReadOnlyList<TorchWeight> selected, long modelParameters, PruningOptions options, PruningSchedule schedule)
    {
        (Weights, _modelParameters, _options) = (selected, modelParameters, options);
        Progress = new ScheduleProgress(schedule, options.PruneEvery);
        using var _ = no_grad();
        _vectors = new PruningVectors(selected.Sum(weight => (long)weight.Count), options.Criterion.MemoryArrays, options.Criterion.WeightsReturn, selected[0].Parameter.device);
        _segments = TensorSegment.Of(selected, _vectors);
        _layers = new TensorLayer[selected.Count];
        long start = 0;
        for (int i = 0; i < _layers.Length; start += selected[i].Count, i++)
            _layers[i] = new TensorLayer(selected[i], _vectors.Part(start, selected[i].Parameter.shape));
        _units = options.Pattern.IsTrivial ? [] : [.. _layers.Select(layer => new TensorUnits(layer, options.Pattern))];
        if (schedule.Sparsity > 0)
            TakeOverZeros();
        _present = options.Criterion.WeightsReturn ? _vectors.Kept.clone().DetachFromDisposeScope() : null;
    }

    public ScheduleProgress Progress { get; }

    public IReadOnlyList<TorchWeight> Weights { get; }

    public IReadOnlyList<IPrunedPart> Parts => _segments;

    public double Sparsity
    {
        get
        {
            using var kept = _vectors.Kept.sum();
            return 1 - kept.ToInt64() / (double)_vectors.Kept.numel();
        }
    }

    /// <summary>For tests: the scores, the criterion's arrays and the mask of one layer.</summary>
    internal IReadOnlyList<TensorLayer> Layers => _layers;

    public void MaskGradients()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var segment in _segments)
        {
            if (Progress.Phase == PruningPhase.Pruning)
                segment.KeepGradient();
            segment.MaskGradient();
        }
    }

    public bool Step()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var action = Progress.Advance();
        MaskWeights();
        if (action.Scores)
            UpdateScores(action.Step);
        foreach (var segment in _segments)
            segment.DropGradient();
        return Carry(action);
    }

    public bool EndEpoch() => CarryAlone(Progress.EndEpoch());

    public bool Finish() => CarryAlone(Progress.Finish());

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
        _present?.copy_(_vectors.Kept.logical_or(_vectors.Removed!.ne(0)));
        foreach (var units in _units)
            units.ReadMask();
        _vectors.ReadKept();
        MaskWeights();
        if (Progress.Phase == PruningPhase.Recovery)
            DropScores();
    }

    public void Dispose()
    {
        foreach (var units in _units)
            units.Dispose();
        foreach (var layer in _layers)
            layer.Dispose();
        foreach (var segment in _segments)
            segment.Dispose();
        _present?.Dispose();
        _vectors.Dispose();
    }

    /// <summary>Gives back all but the masks.</summary>
    private void DropScores()
    {
        foreach (var layer in _layers)
            layer.DropScores();
        foreach (var segment in _segments)
            segment.DropScores();
        _present?.Dispose();
        _vectors.DropScores();
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
        foreach (var segment in _segments)
            segment.UpdateScores(_options.Criterion, step);
        using var sum = _vectors.Scores.sum();
        if (!float.IsFinite(sum.ToSingle()))
            ThrowNotFinite();
    }

    /// <summary>Removed weights compete again, with the scores that they have now.</summary>
    private void BringBack()
    {
        foreach (var segment in _segments)
            segment.BringBack();
        _vectors.Kept.copy_(_present!);
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
            if (_present is not null)
                BringBack();
            foreach (var units in _units)
                units.Gather();
            foreach (var (scores, mask) in Groups())
                TensorSelection.Keep(scores, mask, Kept(scores, mask, action.Step));
            foreach (var units in _units)
                units.Expand();
            _vectors.ReadKept();
            foreach (var segment in _segments)
                segment.KeepRemoved();
            MaskWeights();
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
            return _options.Scope == PruningScope.Global ? [(Protected(_vectors.Scores, _vectors.Kept, _layers.Select(layer => layer.Kept1D)), _vectors.Kept)] : _layers.Select(layer => (layer.Scores.view(-1), layer.Kept1D));
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

    private void MaskWeights()
    {
        foreach (var segment in _segments)
            segment.MaskWeights();
    }

    private void TakeOverZeros()
    {
        using var scope = NewDisposeScope();
        foreach (var layer in _layers)
            layer.TakeOverZeros();
        _vectors.ReadKept();
        foreach (var units in _units)
            units.ReadMask();
        foreach (var (_, mask) in Groups())
            WeightSelection.CheckTarget(Progress.Schedule.Sparsity, mask.sum().ToInt64(), mask.numel());
    }
}
