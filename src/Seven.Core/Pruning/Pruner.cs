using System.Numerics.Tensors;
using Seven.Formats.Safetensors;
using Seven.Numerics;
using Seven.Reports;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>Prunes weights step by step while something else trains them. Knows nothing of networks or optimizers.</summary>
/// <remarks>
/// In each update of the weights: backward pass; <see cref="MaskGradients"/>; clipping and optimizer step; <see cref="Step"/>; and, where
/// that returns true, <see cref="Masks"/> applied to the optimizer's moments.
/// </remarks>
public sealed class Pruner
{
    private readonly PruningOptions _options;
    private readonly LayerState[] _layers;
    /// <summary>The units of each array or structure; none where units are the weights themselves.</summary>
    private readonly GatheredUnits[] _units;

    /// <summary>Units among which one threshold is sought.</summary>
    private readonly SelectionPart[][] _groups;

    /// <summary>The parts of the weights in which masks are applied.</summary>
    private Chunk[] _chunks;
    private readonly Workers _workers;
    private readonly long _modelParameters;
    private readonly ScoreCounts _removed = new();

    /// <summary>Whether the gradients of weights that may return were kept in this update, before they were masked.</summary>
    private bool _hasGradients;
    private ScoreDistribution? _scores;

    /// <summary>Prepares the pruning of a network.</summary>
    /// <remarks>Weights that are zero already count as pruned, and stay so, unless their whole array is zero or the sparsity asked for is 0:
    /// a pruned network is pruned further, not anew.</remarks>
    /// <param name="weights">The network's arrays, prunable or not.</param>
    /// <param name="options">What to prune, and how.</param>
    /// <param name="schedule">When to prune; see <see cref="PruningOptions.ScheduleFor"/>.</param>
    /// <param name="threads">Threads to use; 0, the default, for one per processor.</param>
    /// <exception cref="ArgumentException">Nothing can be pruned, two weights have one name, or more is zero already than is asked for.</exception>
    public Pruner(IReadOnlyList<IPrunableWeight> weights, PruningOptions options, PruningSchedule schedule, int threads = 0)
        : this(WeightSelection.Select(weights, options.Validated()), weights.Sum(weight => (long)weight.Values.Length), options, schedule, threads)
    {
    }

    /// <summary>The same over weights already selected from a network of that many parameters.</summary>
    internal Pruner(IReadOnlyList<IPrunableWeight> weights, long modelParameters, PruningOptions options, PruningSchedule schedule, int threads = 0)
    {
        _options = options.Validated();
        Progress = new ScheduleProgress(schedule, options.PruneEvery);
        _workers = Workers.Of(threads);
        _modelParameters = modelParameters;
        _layers = [.. weights.Select(weight => new LayerState(weight, options.Criterion.MemoryArrays, options.Criterion.WeightsReturn))];
        _chunks = Chunk.Of(_layers);
        _units = GatheredUnits.Of(options.Pattern, _layers);
        IReadOnlyList<ScoredUnits> selected = _units.Length > 0 ? _units : _layers;
        _groups = options.Scope == PruningScope.Global && !options.Pattern.IsUniform ? [SelectionPart.Of(selected)] : [.. selected.Select(units => SelectionPart.Of([units]))];
        if (schedule.Sparsity > 0)
            TakeOverZeros();
        BeginReturning();
    }

    /// <summary>When pruning happens.</summary>
    public PruningSchedule Schedule => Progress.Schedule;

    /// <summary>Updates so far.</summary>
    public int StepsTaken => Progress.StepsTaken;

    /// <summary>The phase of the update to come.</summary>
    public PruningPhase Phase => Progress.Phase;

    /// <summary>The pruned weights' names, in order.</summary>
    public IReadOnlyList<string> Names => [.. _layers.Select(layer => layer.Weight.Name)];

    /// <summary>The mask of each array, in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<PruningMask> Masks => [.. _layers.Select(layer => layer.Mask)];

    /// <summary>Share of zeros among the prunable weights.</summary>
    public double Sparsity => Report().Sparsity;

    internal IReadOnlyList<LayerState> Layers => _layers;

    internal ScheduleProgress Progress { get; }

    /// <summary>Sets the gradients of pruned weights to zero, so that they count neither in a clipped norm nor in an optimizer's moments.</summary>
    public void MaskGradients()
    {
        bool keeps = !_hasGradients && Phase == PruningPhase.Pruning;
        ForEachChunk(chunk =>
        {
            if (keeps)
                chunk.Layer.Returning?.KeepGradient(chunk.Start, chunk.Length);
            chunk.Layer.Mask.Apply(chunk.Layer.Weight.Gradient.Slice(chunk.Start, chunk.Length), chunk.Start);
        });
        _hasGradients |= keeps;
    }

    /// <summary>Updates scores after an optimizer step, prunes when the schedule calls for it, and keeps pruned weights at zero.</summary>
    /// <returns>Whether weights were pruned.</returns>
    /// <exception cref="InvalidOperationException">A score is NaN or infinite.</exception>
    public bool Step()
    {
        var action = Progress.Advance();
        ForEachChunk(chunk => UpdateChunk(chunk, action));
        _hasGradients = false;
        return Carry(action);
    }

    /// <summary>Ends an epoch: prunes if <see cref="PruneEvery.Epoch"/> was chosen and pruning is under way.</summary>
    /// <returns>Whether weights were pruned.</returns>
    public bool EndEpoch() => Carry(Progress.EndEpoch());

    /// <summary>Prunes to the target at once, by the scores there are, if the schedule has not come to its end: for runs that turn out shorter than planned.</summary>
    /// <returns>Whether weights were pruned.</returns>
    /// <exception cref="InvalidOperationException">No pruning step was taken yet.</exception>
    public bool Finish() => Carry(Progress.Finish());

    /// <summary>Returns a report of the current masks.</summary>
    public PruningReport Report() => new(
        _options.Criterion.Name, Schedule.Sparsity,
        [.. _layers.Select(layer => new LayerSparsity(layer.Weight.Name, layer.Weight.Shape, layer.Mask.Count, layer.Mask.Kept))],
        _modelParameters)
    { Scores = _scores, Pattern = _options.Pattern.Name };

    /// <summary>Saves masks, scores and the place in the schedule.</summary>
    /// <param name="path">The file's name.</param>
    /// <exception cref="IOException">The file could not be written; an older one is unchanged.</exception>
    public void Save(string path) => State.Save(path);

    /// <summary>Goes on where <see cref="Save"/> was called, over the same weights with the same options.</summary>
    /// <param name="path">The file's name.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of other weights or another criterion.</exception>
    public void Restore(string path)
    {
        using var file = SafetensorsFile.Open(path);
        Restore(file);
    }

    internal PrunerState State => new(
        Progress, _options, [.. _layers.Select(layer => new LayerSnapshot(layer.Weight.Name, layer.Mask, layer.Scores, layer.Memory))]);

    internal void Restore(SafetensorsFile file)
    {
        State.Restore(file);
        BeginReturning();
        ForEachUnits(static units => units.ReadMask());
        if (Phase == PruningPhase.Recovery)
            DropScores();
        ForEachChunk(static chunk => EnforceMask(chunk));
    }

    /// <summary>Ends the enforcement of zeros in these weights, once pruning is over and their form stores no zeros.</summary>
    internal void StopHolding(IEnumerable<IPrunableWeight> weights)
    {
        var theirs = weights.ToHashSet();
        _chunks = [.. _chunks.Where(chunk => !theirs.Contains(chunk.Layer.Weight))];
    }

    private static void EnforceMask(Chunk chunk) =>
        chunk.Layer.Mask.Apply(chunk.Layer.Weight.Values.Slice(chunk.Start, chunk.Length), chunk.Start);

    private void UpdateChunk(Chunk chunk, PruningAction action)
    {
        EnforceMask(chunk);
        if (!action.Scores)
            return;
        var scores = chunk.Layer.Scores.AsSpan(chunk.Start, chunk.Length);
        if (chunk.Layer.Returning is null)
        {
            chunk.Layer.Mask.Apply(chunk.Layer.Weight.Gradient.Slice(chunk.Start, chunk.Length), chunk.Start);
            _options.Criterion.Update(action.Step, chunk);
            chunk.Layer.Mask.Apply(scores, chunk.Start);
        }
        else
        {
            _options.Criterion.Update(action.Step, chunk with { HasKeptGradient = _hasGradients });
            chunk.Layer.Mask.Apply(chunk.Layer.Weight.Gradient.Slice(chunk.Start, chunk.Length), chunk.Start);
        }

        if (!float.IsFinite(TensorPrimitives.Sum<float>(scores)) && TensorPrimitives.IndexOfMaxMagnitude<float>(scores) is var index && !float.IsFinite(scores[index]))
            throw new InvalidOperationException(
                $"{chunk.Layer.Weight.Name} has the score {scores[index]} at index {chunk.Start + index}; expected finite weights and gradients.");
    }

    /// <returns>Whether weights were pruned.</returns>
    private bool Carry(PruningAction action)
    {
        if (action.Prunes)
            Select(action);
        if (action.IsLast)
        {
            bool isGrouped = _options.Pattern.Group is not null;
            // Scores of whole structures are sums over several matrices, which say little of a weight.
            _scores = _options.Pattern.Structure is not null ? null : _removed.Distribution(isGrouped ? SelectionPart.Of(_layers) : [.. _groups.SelectMany(group => group)], hasOneThreshold: _groups.Length == 1 && !isGrouped);
            DropScores();
        }

        return action.Prunes;
    }

    private void Select(PruningAction action)
    {
        bool weightsReturn = _options.Criterion.WeightsReturn;
        if (weightsReturn)
            BringBack();
        // What is removed for now says nothing of the end.
        var removed = weightsReturn && !action.IsLast ? null : _removed;
        ForEachUnits(static units => units.Gather());
        foreach (var group in _groups)
            MaskSelection.Keep(group, Kept(group, action.Step), _options.MaximumLayerSparsity, removed, _workers);
        ForEachUnits(static units => units.Expand());
        if (weightsReturn)
            ForEachChunk(static chunk => chunk.Layer.Returning!.Divide(chunk.Layer.Mask, chunk.Start, chunk.Length));
    }

    private void BeginReturning()
    {
        foreach (var layer in _layers)
            layer.Returning?.Begin(layer.Mask);
    }

    /// <summary>Removed weights compete again, with the scores that they have now.</summary>
    private void BringBack()
    {
        foreach (var layer in _layers)
            layer.Returning!.BringBack(layer.Mask);
        ForEachUnits(static units => units.ReadMask());
    }

    /// <summary>Returns the number of units of a group that are kept after a step: of structures at least one each.</summary>
    private long Kept(SelectionPart[] group, int step)
    {
        long units = group.Sum(part => (long)part.Length), kept = _options.Pattern.Kept(Schedule, step, units);
        if (_options.Criterion.Threshold is { } threshold && step < Schedule.PruningSteps - 1)
            return Math.Max(_options.Pattern.Kept(Schedule, Schedule.PruningSteps - 1, units), MaskSelection.CountAbove(group, (float)threshold));
        return _options.Pattern.Structure is null ? kept : Math.Max(kept, group.Select(part => part.Units).Distinct().Count());
    }

    private void ForEachUnits(Action<GatheredUnits> action) => _workers.For(_units.Length, grain: 1, (start, end) =>
    {
        for (int i = start; i < end; i++)
            action(_units[i]);
    });

    private void TakeOverZeros()
    {
        foreach (var layer in _layers)
        {
            if (layer.Weight.Values.ContainsAnyExcept(0f))
                layer.Mask.ClearZeros(layer.Weight.Values);
        }

        ForEachUnits(static units => units.ReadMask());
        foreach (var group in _groups)
            WeightSelection.CheckTarget(Schedule.Sparsity, group.Sum(part => part.Kept), group.Sum(part => (long)part.Length));
    }

    private void DropScores()
    {
        foreach (var layer in _layers)
            layer.DropScores();
    }

    private void ForEachChunk(Action<Chunk> action) =>
        _workers.For(_chunks.Length, grain: 1, (start, end) =>
        {
            for (int i = start; i < end; i++)
                action(_chunks[i]);
        });
}
