using System.Runtime.CompilerServices;
using Seven.Numerics;

namespace Seven.Pruning.Criteria;

/// <summary>θ² · F / 2, by how much the loss rises to second order where a weight is removed alone: the Optimal BERT Surgeon (Kurtic et al., 2022) with blocks of one weight.</summary>
/// <remarks>
/// F = λ + the mean of g² over the steps, the diagonal of the empirical Fisher information, here as a running mean F = β·F + (1-β)·g², corrected for its start at zero.
/// The paper averages over a number of batches each time it prunes; a running mean follows the weights while they are pruned step by step.
/// </remarks>
public sealed record FisherCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "Fisher";

    /// <inheritdoc />
    public int MemoryArrays => 1;

    /// <inheritdoc />
    IReadOnlyDictionary<string, double> ICriterion.Settings => new Dictionary<string, double> { ["smoothing"] = Smoothing, ["damping"] = Damping };

    /// <summary>β, smoothing of the squared gradients, in [0, 1). Default 0.99: a mean of about the last hundred steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double Smoothing
    {
        get;
        init => field = Require.InRange(value, 0, 1, inclusiveEnd: false, nameof(Smoothing));
    } = 0.99;

    /// <summary>λ, at least 0: the larger, the more the weight's size alone counts. Default 0: the paper adds 1e-7, so that blocks can be inverted; a diagonal always can.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public double Damping
    {
        get;
        init => field = Require.AtLeast(value, 0, nameof(Damping));
    }

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(new Step(this, pruningStep));

    private readonly struct Step(FisherCriterion criterion, int step) : ICriterionStep
    {
        private readonly float _beta = (float)criterion.Smoothing;
        private readonly float _oneMinusBeta = (float)(1 - criterion.Smoothing);
        private readonly float _halfCorrection = (float)(0.5 / (1 - Math.Pow(criterion.Smoothing, step + 1)));
        private readonly float _halfDamping = (float)(0.5 * criterion.Damping);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
            where TLanes : struct, ILanes<TValue>
        {
            first = TLanes.MultiplyAdd(TLanes.All(_beta), first, TLanes.Multiply(TLanes.All(_oneMinusBeta), TLanes.Multiply(gradient, gradient)));
            TValue halfFisher = TLanes.MultiplyAdd(first, TLanes.All(_halfCorrection), TLanes.All(_halfDamping));
            score = TLanes.Multiply(TLanes.Multiply(weight, weight), halfFisher);
        }
    }
}
