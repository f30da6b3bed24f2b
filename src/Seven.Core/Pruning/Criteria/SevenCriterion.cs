using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;

namespace Seven.Pruning.Criteria;

/// <summary>SEVEN (Xiao et al., IJCNN 2024): sensitivity, discounted where a weight's gradient is noisy, summed over the steps.</summary>
/// <remarks>
/// With a = |g|: m = α₁·m + (1-α₁)·a, v = α₂·v + (1-α₂)·a², both corrected for their start at zero,
/// and S = d·S + |θ · a · m̂ / (√v̂ + 1e-9)|. A steady gradient has m̂/√v̂ near 1, a spiking one far below.
/// </remarks>
public sealed record SevenCriterion : ICriterion
{
    private readonly double _magnitudeSmoothing = 0.8;
    private readonly double _squareSmoothing = 0.9;
    private readonly double _scoreDecay = 1;

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
        get => _magnitudeSmoothing;
        init
        {
            Require.InRange(value, 0, 1, inclusiveEnd: false, nameof(MagnitudeSmoothing));
            _magnitudeSmoothing = value;
        }
    }

    /// <summary>α₂, smoothing of the gradient's square, in [0, 1). Default 0.9, as in the authors' experiments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double SquareSmoothing
    {
        get => _squareSmoothing;
        init
        {
            Require.InRange(value, 0, 1, inclusiveEnd: false, nameof(SquareSmoothing));
            _squareSmoothing = value;
        }
    }

    /// <summary>d, what is left of a score after a step, in (0, 1]. Default 1, the paper's plain sum; less lets old steps fade.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double ScoreDecay
    {
        get => _scoreDecay;
        init
        {
            Require.Positive(value, nameof(ScoreDecay));
            Require.InRange(value, 0, 1, inclusiveEnd: true, nameof(ScoreDecay));
            _scoreDecay = value;
        }
    }

    /// <inheritdoc />
    public void Update(int pruningStep, in WeightChunk chunk) => FusedUpdate.Run(
        new Step(this, pruningStep), chunk.Weights, chunk.Gradients, chunk.FirstMemory, chunk.SecondMemory, chunk.Scores);

    private readonly struct Step(SevenCriterion criterion, int step) : IFusedUpdate
    {
        private readonly float _alpha1 = (float)criterion.MagnitudeSmoothing;
        private readonly float _oneMinusAlpha1 = (float)(1 - criterion.MagnitudeSmoothing);
        private readonly float _alpha2 = (float)criterion.SquareSmoothing;
        private readonly float _oneMinusAlpha2 = (float)(1 - criterion.SquareSmoothing);
        private readonly float _correction1 = (float)(1 / (1 - Math.Pow(criterion.MagnitudeSmoothing, step + 1)));
        private readonly float _correction2 = (float)(1 / (1 - Math.Pow(criterion.SquareSmoothing, step + 1)));
        private readonly float _decay = (float)criterion.ScoreDecay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TSimd, TVector>(TVector weight, TVector gradient, ref TVector m, ref TVector v, ref TVector score)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            TVector a = TSimd.Abs(gradient);
            m = TSimd.MultiplyAdd(TSimd.All(_alpha1), m, TSimd.Multiply(TSimd.All(_oneMinusAlpha1), a));
            v = TSimd.MultiplyAdd(TSimd.All(_alpha2), v, TSimd.Multiply(TSimd.All(_oneMinusAlpha2), TSimd.Multiply(a, a)));
            TVector mean = TSimd.Multiply(m, TSimd.All(_correction1));
            TVector deviation = TSimd.Add(TSimd.Sqrt(TSimd.Multiply(v, TSimd.All(_correction2))), TSimd.All(1e-9f));
            TVector sensitivity = TSimd.Multiply(TSimd.Abs(weight), a);
            score = TSimd.MultiplyAdd(TSimd.All(_decay), score, TSimd.Divide(TSimd.Multiply(sensitivity, mean), deviation));
        }
    }
}
