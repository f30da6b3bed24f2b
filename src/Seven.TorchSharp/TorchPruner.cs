using Seven.Pruning;
using Seven.Reports;
using Seven.TorchSharp.Host;
using Seven.TorchSharp.Tensors;
using static TorchSharp.torch;

namespace Seven.TorchSharp;

/// <summary>SEVEN for any TorchSharp module and any optimizer, on the CPU and on CUDA.</summary>
/// <remarks>
/// <para>In each update: backward pass; optimizer step; <see cref="Step"/>. Where gradients are clipped, call <see cref="MaskGradients"/> before,
/// so that pruned weights do not count in the norm.</para>
/// <para>Prunable are the weights of all linear layers and convolutions that have gradients, but for the last one registered, which is taken for the head;
/// <see cref="PruningOptions.Include"/> and <see cref="PruningOptions.Exclude"/> choose otherwise by name. Tied weights are pruned once, and not at all
/// if they are an embedding's.</para>
/// <para>On the CPU float32 weights are pruned in place by Seven.Core's fused code; on other devices by tensor operations, and no weight leaves the device.
/// Create the pruner after moving the module to its device.</para>
/// </remarks>
public sealed class TorchPruner : IDisposable
{
    private readonly IPruningEngine _engine;
    private bool _gradientsAreMasked;

    /// <summary>Prepares the pruning of a module along the schedule that the options give for a run of that many updates.</summary>
    /// <param name="module">The network, on the device where it is trained.</param>
    /// <param name="options">What to prune, and how.</param>
    /// <param name="totalSteps">All optimizer updates of the run.</param>
    /// <exception cref="ArgumentException">Nothing can be pruned, the phases do not fit into the run, or more is zero already than is asked for.</exception>
    /// <exception cref="InvalidOperationException">The network is frozen.</exception>
    public TorchPruner(nn.Module module, PruningOptions options, int totalSteps)
        : this(module, options, options.ScheduleFor(totalSteps))
    {
    }

    /// <summary>Prepares the pruning of a module along a schedule.</summary>
    /// <param name="module">The network, on the device where it is trained.</param>
    /// <param name="options">What to prune, and how.</param>
    /// <param name="schedule">When to prune.</param>
    /// <exception cref="ArgumentException">Nothing can be pruned, or more is zero already than is asked for.</exception>
    /// <exception cref="InvalidOperationException">The network is frozen.</exception>
    /// <exception cref="NotSupportedException">The criterion needs more than the gradient.</exception>
    public TorchPruner(nn.Module module, PruningOptions options, PruningSchedule schedule)
        : this(module, options, schedule, head: null)
    {
    }

    /// <summary>The same with a known head, and with tensor operations even on the CPU: how tests reach them without a GPU.</summary>
    internal TorchPruner(nn.Module module, PruningOptions options, PruningSchedule schedule, IReadOnlyList<string>? head, bool useTensors = false)
        : this(ModuleWeights.Of(module, head), options, schedule, useTensors)
    {
        if (options.Criterion.UsesCurvature)
            throw new NotSupportedException($"The criterion {options.Criterion.Name} needs further passes over a batch, which a module's own training loop would have to make; expected another criterion, or an encoder of Seven.Core.");
    }

    /// <summary>The same over weights that are in no module.</summary>
    internal TorchPruner(IReadOnlyList<TorchWeight> all, PruningOptions options, PruningSchedule schedule, bool useTensors = false)
    {
        var selected = Select(all, options.Validated());
        long parameters = all.Sum(weight => (long)weight.Count);
        _engine = useTensors || selected.Any(weight => !weight.IsInHostMemory)
            ? new TensorEngine(selected, parameters, options, schedule)
            : new HostEngine(selected, parameters, options, schedule);
    }

    /// <summary>When pruning happens.</summary>
    public PruningSchedule Schedule => _engine.Progress.Schedule;

    /// <summary>Updates so far.</summary>
    public int StepsTaken => _engine.Progress.StepsTaken;

    /// <summary>The phase of the update to come.</summary>
    public PruningPhase Phase => _engine.Progress.Phase;

    /// <summary>The pruned parameters' names, in order.</summary>
    public IReadOnlyList<string> Names => [.. _engine.Weights.Select(weight => weight.Name)];

    internal IPruningEngine Engine => _engine;

    /// <summary>The share of the pruned parameters' weights that is pruned by now, which is found sooner than a report.</summary>
    internal double Sparsity => _engine.Sparsity;

    /// <summary>Sets the gradients of pruned weights to zero; to be called before gradients are clipped.</summary>
    public void MaskGradients()
    {
        _engine.MaskGradients();
        _gradientsAreMasked = true;
    }

    /// <summary>Updates scores after an optimizer step, while the gradients are still there, prunes when the schedule calls for it, and keeps pruned weights at zero.</summary>
    /// <param name="optimizer">The optimizer; what it remembers of pruned weights is set to zero. <see langword="null"/> if the weights were held still.</param>
    /// <returns>Whether weights were pruned.</returns>
    /// <exception cref="InvalidOperationException">A score is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">The optimizer has none of the pruned weights.</exception>
    public bool Step(optim.Optimizer? optimizer)
    {
        bool pruned = _engine.Step();
        // With masked gradients the moments of pruned weights stay at zero by themselves.
        if (optimizer is not null && (pruned || !_gradientsAreMasked))
            OptimizerMoments.Mask(optimizer, _engine);
        _gradientsAreMasked = false;
        return pruned;
    }

    /// <summary>Ends an epoch: prunes if <see cref="PruneEvery.Epoch"/> was chosen and pruning is under way.</summary>
    /// <param name="optimizer">The optimizer; what it remembers of pruned weights is set to zero.</param>
    /// <returns>Whether weights were pruned.</returns>
    public bool EndEpoch(optim.Optimizer? optimizer) => MaskMoments(_engine.EndEpoch(), optimizer);

    /// <summary>Prunes to the target at once, by the scores there are, if the schedule has not come to its end: for runs that turn out shorter than planned.</summary>
    /// <param name="optimizer">The optimizer; what it remembers of pruned weights is set to zero.</param>
    /// <returns>Whether weights were pruned.</returns>
    /// <exception cref="InvalidOperationException">No pruning step was taken yet.</exception>
    public bool Finish(optim.Optimizer? optimizer) => MaskMoments(_engine.Finish(), optimizer);

    /// <summary>Returns a report of the current masks.</summary>
    public PruningReport Report() => _engine.Report();

    /// <summary>Saves masks, scores and the place in the schedule, beside the module's and the optimizer's own files. The file serves both devices.</summary>
    /// <param name="path">The file's name.</param>
    /// <exception cref="IOException">The file could not be written; an older one is unchanged.</exception>
    public void Save(string path) => _engine.Save(path);

    /// <summary>Goes on where <see cref="Save"/> was called, over the same module with the same options.</summary>
    /// <param name="path">The file's name.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of other weights or another criterion.</exception>
    public void Restore(string path) => _engine.Restore(path);

    /// <summary>Gives back the memory of masks and scores on the device.</summary>
    public void Dispose() => _engine.Dispose();

    private static List<TorchWeight> Select(IReadOnlyList<TorchWeight> all, PruningOptions options)
    {
        var layers = all.Where(weight => weight.IsLayerWeight).ToList();
        if (layers.Count > 0 && layers.All(weight => !weight.Parameter.requires_grad))
            throw new InvalidOperationException(
                $"The network is frozen: none of its {layers.Count} weights of linear layers and convolutions has requires_grad; expected at least one that is trained.");
        var selected = WeightSelection.Select(all, options);
        if (selected.FirstOrDefault(weight => !weight.Parameter.requires_grad) is { } frozen)
            throw new InvalidOperationException($"{frozen.Name} is frozen; expected weights that are trained. Exclude it, or set requires_grad.");
        if (selected.FirstOrDefault(weight => weight.Parameter.dtype != ScalarType.Float32) is { } other)
            throw new ArgumentException($"{other.Name} has elements of type {other.Parameter.dtype}; expected Float32, which mixed precision keeps beside its narrow copies.");
        if (selected.FirstOrDefault(weight => weight.Parameter.device.ToString() != selected[0].Parameter.device.ToString()) is { } elsewhere)
            throw new ArgumentException(
                $"{elsewhere.Name} is on {elsewhere.Parameter.device}, {selected[0].Name} on {selected[0].Parameter.device}; expected one device.");
        return selected;
    }

    private bool MaskMoments(bool pruned, optim.Optimizer? optimizer)
    {
        if (pruned && optimizer is not null)
            OptimizerMoments.Mask(optimizer, _engine);
        return pruned;
    }
}
