using Seven.Pruning.Criteria;
using Seven.Pruning.Patterns;

namespace Seven.Pruning;

/// <summary>When weights are removed in relation to fine-tuning; the paper's SEVEN_dyn and SEVEN_pre, whatever the criterion.</summary>
public enum PruningTiming
{
    /// <summary>SEVEN_dyn: inside fine-tuning, between warm-up and recovery.</summary>
    DuringFineTuning,

    /// <summary>SEVEN_pre: over training batches before fine-tuning, with the weights held still.</summary>
    BeforeFineTuning,
}

/// <summary>Among which weights a threshold is sought.</summary>
public enum PruningScope
{
    /// <summary>All prunable weights together: layers that matter more keep more.</summary>
    Global,

    /// <summary>Each layer by itself: all end at the same sparsity.</summary>
    PerLayer,
}

/// <summary>Specifies how often weights are removed while pruning lasts; scores are updated at every step either way.</summary>
public enum PruneEvery
{
    /// <summary>At every step, as in the paper.</summary>
    Step,

    /// <summary>At the end of each epoch, and at the last pruning step.</summary>
    Epoch,
}

/// <summary>Options of pruning during fine-tuning.</summary>
public record PruningOptions
{
    /// <summary>Share of prunable weights that end as zeros, in [0, 1). Default 0.8: the largest sparsity at which the
    /// paper's models stay close to dense.</summary>
    public double Sparsity { get; init; } = 0.8;

    /// <summary>Share of zeros at which the curve begins, in [0, <see cref="Sparsity"/>]: so many weights are removed about at once, which leaves more steps for those that are harder to choose.
    /// Default 0, as in the paper; recipes for 90 % and more begin at 0.3 to 0.7.</summary>
    public double InitialSparsity { get; init; }

    /// <summary>The curve by which sparsity rises. Default <see cref="SparsityCurve.Cubic"/>, as in the paper.</summary>
    public SparsityCurve Curve { get; init; } = SparsityCurve.Cubic;

    /// <summary>Share of zeros that no layer goes beyond, in [<see cref="Sparsity"/>, 1]. One threshold for all layers may leave almost nothing of some, through which then little can pass.
    /// Default 1: no limit, as in the paper; 0.98 is usual for 90 % of all. Without effect where each layer has its own threshold.</summary>
    public double MaximumLayerSparsity { get; init; } = 1;

    /// <summary>What decides which weights stay. Default SEVEN with scores that fade by 1 % a step, which the study chose among nine criteria at 90 %; the paper's sums, which <c>new SevenCriterion()</c>
    /// keeps, do not fade.</summary>
    public ICriterion Criterion { get; init; } = new SevenCriterion { ScoreDecay = 0.99 };

    /// <summary>Which weights are kept or removed together. Default <see cref="MaskPattern.Unstructured"/>, as in the paper.</summary>
    public MaskPattern Pattern { get; init; } = MaskPattern.Unstructured;

    /// <summary>Before or during fine-tuning. Default during (SEVEN_dyn), which ends closer to the dense model.</summary>
    public PruningTiming Timing { get; init; } = PruningTiming.DuringFineTuning;

    /// <summary>Whether one threshold serves all layers. Default global, as in the paper.</summary>
    public PruningScope Scope { get; init; } = PruningScope.Global;

    /// <summary>How often weights are removed. Default every step, as in the paper.</summary>
    public PruneEvery PruneEvery { get; init; } = PruneEvery.Step;

    /// <summary>Updates before pruning. Default 10 % of all; without effect when pruning comes before fine-tuning.</summary>
    public StepCount WarmUp { get; init; } = StepCount.Share(0.1);

    /// <summary>T, the updates over which weights are removed. Default 40 % of all, or what <see cref="Recovery"/> leaves if that is given.</summary>
    public StepCount? PruningSteps { get; init; }

    /// <summary>Updates after pruning, in which the mask is frozen (cool-down). Default: all that are left.</summary>
    public StepCount? Recovery { get; init; }

    /// <summary>Names of the weights to prune, with * and ?. Default none: all weights of linear layers and convolutions but the head.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Names of weights not to prune, with * and ?; goes before <see cref="Include"/>. Default none.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Returns these options if they are in range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal PruningOptions Validated()
    {
        Require.InRange(Sparsity, 0, 1, inclusiveEnd: false, nameof(Sparsity));
        Require.InRange(InitialSparsity, 0, Sparsity, inclusiveEnd: true, nameof(InitialSparsity));
        Require.InRange(MaximumLayerSparsity, Sparsity, 1, inclusiveEnd: true, nameof(MaximumLayerSparsity));
        Require.Defined<SparsityCurve>(Curve, nameof(Curve));
        Require.Defined<PruningTiming>(Timing, nameof(Timing));
        Require.Defined<PruningScope>(Scope, nameof(Scope));
        Require.Defined<PruneEvery>(PruneEvery, nameof(PruneEvery));
        ArgumentNullException.ThrowIfNull(Criterion);
        ArgumentNullException.ThrowIfNull(Pattern);
        if (Criterion.Threshold is not null && !Pattern.IsTrivial)
            throw new ArgumentException($"The criterion {Criterion.Name} has a threshold for single weights and the pattern is {Pattern.Name}; expected {MaskPattern.Unstructured.Name}.");
        ArgumentNullException.ThrowIfNull(Include);
        ArgumentNullException.ThrowIfNull(Exclude);
        return this;
    }

    /// <summary>The schedule for a run of that many updates.</summary>
    /// <param name="totalSteps">All updates of fine-tuning.</param>
    /// <exception cref="ArgumentException">The phases do not fit into the run.</exception>
    public PruningSchedule ScheduleFor(int totalSteps)
    {
        int warmUp = Timing == PruningTiming.BeforeFineTuning ? 0 : WarmUp.Of(totalSteps);
        int pruning = Criterion.IsOneShot ? 1 : StepsOfPruning(totalSteps, warmUp);
        if (Timing == PruningTiming.DuringFineTuning && warmUp + pruning > totalSteps)
            throw new ArgumentException(
                $"{warmUp} warm-up and {pruning} pruning steps do not fit into {totalSteps} updates; expected fewer, or more epochs.");
        return new PruningSchedule(Sparsity, warmUp, pruning, InitialSparsity, Curve);
    }

    private int StepsOfPruning(int totalSteps, int warmUp)
    {
        int left = totalSteps - warmUp;
        if (Timing == PruningTiming.BeforeFineTuning || Recovery is not { } recovery)
            return Math.Max(1, (PruningSteps ?? StepCount.Share(0.4)).Of(totalSteps));
        int pruning = left - recovery.Of(totalSteps);
        if (PruningSteps is { } wanted && wanted.Of(totalSteps) != pruning)
            throw new ArgumentException(
                $"{warmUp} warm-up, {wanted.Of(totalSteps)} pruning and {recovery.Of(totalSteps)} recovery steps are not the run's {totalSteps}; expected that sum, or one of them left out.");
        if (pruning < 1)
            throw new ArgumentException(
                $"{warmUp} warm-up and {recovery.Of(totalSteps)} recovery steps leave none of {totalSteps} updates for pruning; expected at least one.");
        return pruning;
    }
}
