using System.Runtime.CompilerServices;
using Seven.Numerics;

namespace Seven.Pruning.Criteria;

/// <summary>Soft movement (Sanh et al., "Movement Pruning", NeurIPS 2020): scores are learned beside the weights, with a penalty on each that stays; a weight is removed while σ(S) is at or below a threshold.</summary>
/// <remarks>
/// The gradient of a score is θ · g, as if its mask were straight-through, plus λ · σ(S) · (1 - σ(S)); Adam follows it from S = 0. Removed weights are scored further and may return.
/// In the paper the sparsity is what λ leads to. Here it cannot fall short of the target nor go beyond: before the last step the threshold decides, with at least as many weights as stay in the end, and the last step keeps exactly those with the largest scores.
/// </remarks>
public sealed record SoftMovementCriterion : ICriterion
{
    private const float FirstMomentDecay = 0.9f;
    private const float SecondMomentDecay = 0.999f;

    /// <inheritdoc />
    public string Name => "soft movement";

    /// <inheritdoc />
    public int MemoryArrays => 2;

    /// <inheritdoc />
    public bool WeightsReturn => true;

    /// <summary>S with σ(S) = τ.</summary>
    public double? Threshold => Math.Log(Tau / (1 - Tau));

    /// <inheritdoc />
    IReadOnlyDictionary<string, double> ICriterion.Settings => new Dictionary<string, double> { ["learningRate"] = LearningRate, ["penalty"] = Penalty, ["tau"] = Tau };

    /// <summary>The learning rate of scores, above 0. Default 0.01, as in the paper.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public double LearningRate
    {
        get;
        init => field = Require.Positive(value, nameof(LearningRate));
    } = 0.01;

    /// <summary>λ, the penalty on a weight that stays, at least 0: the larger, the sooner weights go. Default 1e-6, about the paper's 100 to 400 divided by the number of BERT-base's weights.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public double Penalty
    {
        get;
        init => field = Require.AtLeast(value, 0, nameof(Penalty));
    } = 1e-6;

    /// <summary>τ, in (0, 0.5): weights with σ(S) at or below it are removed. Default 0.1, as in the paper.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double Tau
    {
        get;
        init => field = Require.InRange(Require.Positive(value, nameof(Tau)), 0, 0.5, inclusiveEnd: false, nameof(Tau));
    } = 0.1;

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(new Step(this, pruningStep));

    private readonly struct Step(SoftMovementCriterion criterion, int step) : ICriterionStep
    {
        private readonly float _penalty = (float)criterion.Penalty;
        private readonly float _rate = (float)(criterion.LearningRate / (1 - Math.Pow(FirstMomentDecay, step + 1)));
        private readonly float _secondCorrection = (float)(1 / (1 - Math.Pow(SecondMomentDecay, step + 1)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
            where TLanes : struct, ILanes<TValue>
        {
            // σ(S) · (1 - σ(S)) = e / (1 + e)², with e = exp(-|S|), which cannot overflow.
            TValue e = TLanes.Exp(TLanes.Subtract(TLanes.All(0), TLanes.Abs(score)));
            TValue sum = TLanes.Add(TLanes.All(1), e);
            TValue slope = TLanes.MultiplyAdd(TLanes.All(_penalty), TLanes.Divide(e, TLanes.Multiply(sum, sum)), TLanes.Multiply(weight, gradient));
            first = TLanes.MultiplyAdd(TLanes.All(FirstMomentDecay), first, TLanes.Multiply(TLanes.All(1 - FirstMomentDecay), slope));
            second = TLanes.MultiplyAdd(TLanes.All(SecondMomentDecay), second, TLanes.Multiply(TLanes.All(1 - SecondMomentDecay), TLanes.Multiply(slope, slope)));
            TValue deviation = TLanes.Add(TLanes.Sqrt(TLanes.Multiply(second, TLanes.All(_secondCorrection))), TLanes.All(1e-12f));
            score = TLanes.Subtract(score, TLanes.Divide(TLanes.Multiply(TLanes.All(_rate), first), deviation));
        }
    }
}
