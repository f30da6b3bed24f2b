using System.IO.Enumeration;
using System.Numerics.Tensors;
using Seven.Files;
using Seven.Numerics;

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
    private readonly Chunk[][] _groups;
    private readonly Chunk[] _chunks;
    private readonly Workers _workers;
    private readonly long _modelParameters;

    /// <summary>Prepares the pruning of a network.</summary>
    /// <param name="weights">The network's arrays, prunable or not.</param>
    /// <param name="options">What to prune, and how.</param>
    /// <param name="schedule">When to prune; see <see cref="PruningOptions.ScheduleFor"/>.</param>
    /// <param name="threads">Threads to use; 0, the default, for one per processor.</param>
    /// <exception cref="ArgumentException">Nothing can be pruned, or two weights have one name.</exception>
    public Pruner(IReadOnlyList<IPrunableWeight> weights, PruningOptions options, PruningSchedule schedule, int threads = 0)
    {
        _options = options.Validated();
        Schedule = schedule;
        _workers = Workers.Of(threads);
        _modelParameters = weights.Sum(weight => (long)weight.Values.Length);
        _layers = [.. SelectWeights(weights, options).Select(weight => new LayerState(weight, options.Criterion.MemoryArrays))];
        _chunks = Chunk.Of(_layers);
        _groups = options.Scope == PruningScope.Global ? [_chunks] : [.. _layers.Select(layer => Chunk.Of([layer]))];
    }

    /// <summary>When pruning happens.</summary>
    public PruningSchedule Schedule { get; }

    /// <summary>Updates told so far.</summary>
    public int StepsTaken { get; private set; }

    /// <summary>The phase of the update to come.</summary>
    public PruningPhase Phase => Schedule.PhaseOf(StepsTaken);

    /// <summary>The pruned weights' names, in order.</summary>
    public IReadOnlyList<string> Names => [.. _layers.Select(layer => layer.Weight.Name)];

    /// <summary>What is kept of each of them, in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<PruningMask> Masks => [.. _layers.Select(layer => layer.Mask)];

    /// <summary>Share of zeros among the prunable weights.</summary>
    public double Sparsity => Report().Sparsity;

    internal IReadOnlyList<LayerState> Layers => _layers;

    /// <summary>Sets the gradients of pruned weights to zero, so that they count neither in a clipped norm nor in an optimizer's moments.</summary>
    public void MaskGradients() => ForEachChunk(static chunk =>
        chunk.Layer.Mask.Apply(chunk.Layer.Weight.Gradient.Slice(chunk.Start, chunk.Length), chunk.Start));

    /// <summary>Tells that the optimizer has stepped: scores and prunes if it is time, and keeps pruned weights at zero.</summary>
    /// <returns>Whether weights were pruned.</returns>
    /// <exception cref="InvalidOperationException">A score is NaN or infinite.</exception>
    public bool Step()
    {
        var phase = Phase;
        int pruningStep = StepsTaken - Schedule.WarmUpSteps;
        ForEachChunk(chunk => UpdateChunk(chunk, phase, pruningStep));
        StepsTaken++;
        if (phase != PruningPhase.Pruning)
            return false;

        bool isLast = Phase == PruningPhase.Recovery;
        bool prunes = isLast || _options.PruneEvery == PruneEvery.Step;
        if (prunes)
            Prune(pruningStep);
        if (isLast)
            DropScores();
        return prunes;
    }

    /// <summary>Tells that an epoch has ended: prunes, if <see cref="PruneEvery.Epoch"/> was chosen and pruning is under way.</summary>
    /// <returns>Whether weights were pruned.</returns>
    public bool EndEpoch()
    {
        bool prunes = _options.PruneEvery == PruneEvery.Epoch && StepsTaken > Schedule.WarmUpSteps && Phase == PruningPhase.Pruning;
        if (prunes)
            Prune(StepsTaken - Schedule.WarmUpSteps - 1);
        return prunes;
    }

    /// <summary>What is pruned so far.</summary>
    public PruningReport Report() => new(
        _options.Criterion.Name, Schedule.Sparsity,
        [.. _layers.Select(layer => new LayerSparsity(layer.Weight.Name, layer.Weight.Shape, layer.Mask.Count, layer.Mask.Kept))],
        _modelParameters);

    /// <summary>Saves masks, scores and the place in the schedule.</summary>
    /// <param name="path">The file's name.</param>
    /// <exception cref="IOException">The file could not be written; an older one is unchanged.</exception>
    public void Save(string path) => SafetensorsWriter.Write(path, PrunerState.Tensors(this), PrunerState.Metadata(this));

    /// <summary>Goes on where <see cref="Save"/> was called, over the same weights with the same options.</summary>
    /// <param name="path">The file's name.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of other weights or another criterion.</exception>
    public void Restore(string path)
    {
        using var file = SafetensorsFile.Open(path);
        PrunerState.Restore(this, file);
    }

    internal void Restore(int stepsTaken)
    {
        StepsTaken = stepsTaken;
        if (Phase == PruningPhase.Recovery)
            DropScores();
        ForEachChunk(static chunk => EnforceMask(chunk));
    }

    private static List<IPrunableWeight> SelectWeights(IReadOnlyList<IPrunableWeight> weights, PruningOptions options)
    {
        var selected = weights.Where(weight =>
            (options.Include.Count == 0 ? weight.IsPrunable : MatchesAny(options.Include, weight.Name))
            && !MatchesAny(options.Exclude, weight.Name)).ToList();
        if (selected.Count == 0)
            throw new ArgumentException(
                $"Nothing to prune: of {weights.Count} arrays ({string.Join(", ", weights.Take(3).Select(weight => weight.Name))}, …) none is included by "
                + $"[{string.Join(", ", options.Include)}] and not excluded by [{string.Join(", ", options.Exclude)}].");
        if (selected.GroupBy(weight => weight.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two prunable arrays are named {twice.Key}; expected distinct names.");
        return selected;
    }

    private static bool MatchesAny(IReadOnlyList<string> patterns, string name) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    private static void EnforceMask(Chunk chunk) =>
        chunk.Layer.Mask.Apply(chunk.Layer.Weight.Values.Slice(chunk.Start, chunk.Length), chunk.Start);

    private void UpdateChunk(Chunk chunk, PruningPhase phase, int pruningStep)
    {
        EnforceMask(chunk);
        if (phase != PruningPhase.Pruning)
            return;
        chunk.Layer.Mask.Apply(chunk.Layer.Weight.Gradient.Slice(chunk.Start, chunk.Length), chunk.Start);
        _options.Criterion.Update(pruningStep, chunk.Layer.Chunk(chunk.Start, chunk.Length));
        var scores = chunk.Layer.Scores.AsSpan(chunk.Start, chunk.Length);
        chunk.Layer.Mask.Apply(scores, chunk.Start);
        if (!float.IsFinite(TensorPrimitives.Sum<float>(scores)) && TensorPrimitives.IndexOfMaxMagnitude<float>(scores) is var index && !float.IsFinite(scores[index]))
            throw new InvalidOperationException(
                $"{chunk.Layer.Weight.Name} has the score {scores[index]} at index {chunk.Start + index}; expected finite weights and gradients.");
    }

    private void Prune(int pruningStep)
    {
        foreach (var group in _groups)
            MaskSelection.Keep(group, Schedule.Kept(pruningStep, group.Sum(chunk => (long)chunk.Length)), _workers);
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
