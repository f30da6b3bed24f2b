using System.Runtime.CompilerServices;
using Seven.Numerics;
namespace Seven.Pruning.Criteria;

/// <summary>PLATON (Zhang et al., ICML 2022): smoothed sensitivity times its smoothed uncertainty.</summary>
/// <remarks>
/// I = mean of |θ · g| over a window of steps; at a window's end Ī = β₁·Ī + (1-β₁)·I, Ū = β₂·Ū + (1-β₂)·|I - Ī|, and the score is Ī · Ū.
/// The first window is one step long, so that there is a score from the start. Unlike the paper's, pruned weights do not return.
/// </remarks>
public sealed record PlatonCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "PLATON";

    /// <inheritdoc />
    public int MemoryArrays => 3;

    /// <inheritdoc />
    IReadOnlyDictionary<string, double> ICriterion.Settings => new Dictionary<string, double>
    {
        ["sensitivitySmoothing"] = SensitivitySmoothing,
        ["uncertaintySmoothing"] = UncertaintySmoothing,
        ["window"] = Window,
    };

    /// <summary>β₁, in [0, 1). Default 0.85, as in the authors' experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double SensitivitySmoothing
    {
        get;
        init => field = Require.InRange(value, 0, 1, inclusiveEnd: false, nameof(SensitivitySmoothing));
    } = 0.85;

    /// <summary>β₂, in [0, 1). Default 0.95, as in the authors' experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double UncertaintySmoothing
    {
        get;
        init => field = Require.InRange(value, 0, 1, inclusiveEnd: false, nameof(UncertaintySmoothing));
    } = 0.95;

    /// <summary>Steps over which sensitivity is averaged, at least 1. Default 10, as in the authors' experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Window
    {
        get;
        init => field = (int)Require.AtLeast(value, 1, nameof(Window));
    } = 10;

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(new Step(this, pruningStep));

    private readonly struct Step(PlatonCriterion criterion, int step) : ICriterionStep
    {
        private readonly float _beta1 = (float)criterion.SensitivitySmoothing;
        private readonly float _beta2 = (float)criterion.UncertaintySmoothing;
        private readonly float _share = step == 0 ? 1 : 1f / criterion.Window;
        private readonly bool _windowEnds = step % criterion.Window == 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
            where TLanes : struct, ILanes<TValue>
        {
            TValue sensitivity = TLanes.Add(third, TLanes.Multiply(TLanes.All(_share), TLanes.Abs(TLanes.Multiply(weight, gradient))));
            if (!_windowEnds)
            {
                third = sensitivity;
                return;
            }

            first = Smoothed<TLanes, TValue>(_beta1, first, sensitivity);
            second = Smoothed<TLanes, TValue>(_beta2, second, TLanes.Abs(TLanes.Subtract(sensitivity, first)));
            score = TLanes.Multiply(first, second);
            third = TLanes.Subtract(third, third);
        }

        /// <summary>β · old + (1-β) · latest.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TValue Smoothed<TLanes, TValue>(float beta, TValue old, TValue latest)
            where TLanes : struct, ILanes<TValue> =>
            TLanes.Add(TLanes.Multiply(TLanes.All(beta), old), TLanes.Multiply(TLanes.All(1 - beta), latest));
    }
}
