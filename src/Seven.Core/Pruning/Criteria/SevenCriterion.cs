using System.Runtime.CompilerServices;
using Seven.Numerics;

namespace Seven.Pruning.Criteria;

/// <summary>SEVEN (Xiao et al., IJCNN 2024): sensitivity, discounted where a weight's gradient is noisy, summed over the steps.</summary>
/// <remarks>
/// With a = |g|: m = α₁·m + (1-α₁)·a, v = α₂·v + (1-α₂)·a², both corrected for their start at zero,
/// and S = d·S + |θ · a · m̂ / (√v̂ + 1e-9)|. A steady gradient has m̂/√v̂ near 1, a spiking one far below.
/// </remarks>
public sealed record SevenCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "SEVEN";

    /// <inheritdoc />
    public int MemoryArrays => 2;

    /// <inheritdoc />
    IReadOnlyDictionary<string, double> ICriterion.Settings => new Dictionary<string, double>
    {
        ["magnitudeSmoothing"] = MagnitudeSmoothing,
        ["squareSmoothing"] = SquareSmoothing,
        ["scoreDecay"] = ScoreDecay,
    };

    /// <summary>α₁, smoothing of the gradient's magnitude, in [0, 1). Default 0.8, as in the authors' experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double MagnitudeSmoothing
    {
        get;
        init => field = Require.InRange(value, 0, 1, inclusiveEnd: false, nameof(MagnitudeSmoothing));
    } = 0.8;

    /// <summary>α₂, smoothing of the gradient's square, in [0, 1). Default 0.9, as in the authors' experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double SquareSmoothing
    {
        get;
        init => field = Require.InRange(value, 0, 1, inclusiveEnd: false, nameof(SquareSmoothing));
    } = 0.9;

    /// <summary>d, what is left of a score after a step, in (0, 1]. Default 1, the paper's plain sum; less lets old steps fade: <see cref="PruningOptions"/> use 0.99.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double ScoreDecay
    {
        get;
        init => field = Require.InRange(Require.Positive(value, nameof(ScoreDecay)), 0, 1, inclusiveEnd: true, nameof(ScoreDecay));
    } = 1;

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(new Step(this, pruningStep));

    private readonly struct Step(SevenCriterion criterion, int step) : ICriterionStep
    {
        private readonly float _alpha1 = (float)criterion.MagnitudeSmoothing;
        private readonly float _oneMinusAlpha1 = (float)(1 - criterion.MagnitudeSmoothing);
        private readonly float _alpha2 = (float)criterion.SquareSmoothing;
        private readonly float _oneMinusAlpha2 = (float)(1 - criterion.SquareSmoothing);
        private readonly float _correction1 = (float)(1 / (1 - Math.Pow(criterion.MagnitudeSmoothing, step + 1)));
        private readonly float _correction2 = (float)(1 / (1 - Math.Pow(criterion.SquareSmoothing, step + 1)));
        private readonly float _decay = (float)criterion.ScoreDecay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
            where TLanes : struct, ILanes<TValue>
        {
            TValue a = TLanes.Abs(gradient);
            TValue m = TLanes.MultiplyAdd(TLanes.All(_alpha1), first, TLanes.Multiply(TLanes.All(_oneMinusAlpha1), a));
            TValue v = TLanes.MultiplyAdd(TLanes.All(_alpha2), second, TLanes.Multiply(TLanes.All(_oneMinusAlpha2), TLanes.Multiply(a, a)));
            TValue mean = TLanes.Multiply(m, TLanes.All(_correction1));
            TValue deviation = TLanes.Add(TLanes.Sqrt(TLanes.Multiply(v, TLanes.All(_correction2))), TLanes.All(1e-9f));
            TValue sensitivity = TLanes.Multiply(TLanes.Abs(weight), a);
            score = TLanes.MultiplyAdd(TLanes.All(_decay), score, TLanes.Divide(TLanes.Multiply(sensitivity, mean), deviation));
            (first, second) = (m, v);
        }
    }
}
