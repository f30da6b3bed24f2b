namespace Seven.Pruning;

/// <summary>What happens at a step of a run.</summary>
public enum PruningPhase
{
    /// <summary>Training without pruning.</summary>
    WarmUp,

    /// <summary>Scores are updated and weights removed.</summary>
    Pruning,

    /// <summary>Training of the weights that are left.</summary>
    Recovery,
}

/// <summary>How the share of zeros rises from its begin to its end.</summary>
public enum SparsityCurve
{
    /// <summary>Zhu and Gupta's (2017), as in the SEVEN paper: fast at first, slow at the end. keep = (1-s) + (s-s₀) · (1 - (t+1)/T)³.</summary>
    Cubic,

    /// <summary>FORCE's: at each step the same share of what is left goes. keep = (1-s₀) · ((1-s) / (1-s₀))^((t+1)/T).</summary>
    Exponential,
}

/// <summary>When to prune and how much: warm-up steps, T pruning steps along a curve, then recovery.</summary>
/// <remarks>Steps are optimizer updates.</remarks>
public sealed record PruningSchedule
{
    /// <summary>A schedule by counts.</summary>
    /// <param name="sparsity">s, the share of zeros at the end, in [0, 1).</param>
    /// <param name="warmUpSteps">Updates before pruning, at least 0.</param>
    /// <param name="pruningSteps">T, at least 1.</param>
    /// <param name="initialSparsity">s₀, the share of zeros at which the curve begins, in [0, s].</param>
    /// <param name="curve">How the share of zeros rises.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public PruningSchedule(double sparsity, int warmUpSteps, int pruningSteps, double initialSparsity = 0, SparsityCurve curve = SparsityCurve.Cubic)
    {
        Require.InRange(sparsity, 0, 1, inclusiveEnd: false, nameof(sparsity));
        Require.InRange(initialSparsity, 0, sparsity, inclusiveEnd: true, nameof(initialSparsity));
        Require.AtLeast(warmUpSteps, 0, nameof(warmUpSteps));
        Require.AtLeast(pruningSteps, 1, nameof(pruningSteps));
        Require.Defined<SparsityCurve>(curve, nameof(curve));
        (Sparsity, WarmUpSteps, PruningSteps, InitialSparsity, Curve) = (sparsity, warmUpSteps, pruningSteps, initialSparsity, curve);
    }

    /// <summary>s, the share of zeros at the end.</summary>
    public double Sparsity { get; }

    /// <summary>s₀, the share of zeros at which the curve begins.</summary>
    public double InitialSparsity { get; }

    /// <summary>How the share of zeros rises.</summary>
    public SparsityCurve Curve { get; }

    /// <summary>Updates before pruning.</summary>
    public int WarmUpSteps { get; }

    /// <summary>T, the number of pruning steps.</summary>
    public int PruningSteps { get; }

    /// <summary>The phase of the update with the given number, from 0.</summary>
    /// <param name="step">The number of the update.</param>
    public PruningPhase PhaseOf(int step) =>
        step < WarmUpSteps ? PruningPhase.WarmUp
        : step < WarmUpSteps + PruningSteps ? PruningPhase.Pruning
        : PruningPhase.Recovery;

    /// <summary>keep, the share of weights kept after pruning step t.</summary>
    /// <param name="pruningStep">t, from 0 to T - 1, at which exactly 1-s is kept.</param>
    public double KeepRatio(int pruningStep)
    {
        double done = (pruningStep + 1) / (double)PruningSteps, left = 1 - done;
        if (Curve == SparsityCurve.Exponential && left > 0)
            return (1 - InitialSparsity) * Math.Pow((1 - Sparsity) / (1 - InitialSparsity), done);
        return 1 - Sparsity + (Sparsity - InitialSparsity) * left * left * left;
    }

    /// <summary>floor(keep · N): how many of N weights are kept after pruning step t.</summary>
    /// <param name="pruningStep">t, from 0 to T - 1.</param>
    /// <param name="weights">N.</param>
    public long Kept(int pruningStep, long weights) => (long)Math.Floor(KeepRatio(pruningStep) * weights);
}
