using Seven.Encoders;
using Seven.Pruning;

namespace Seven.Training;

/// <summary>All that changes while a model is fine-tuned, apart from its weights: what a checkpoint must hold.</summary>
internal sealed class TrainingRun(IReadOnlyList<Parameter> parameters, AdamW optimizer, Pruner? pruner, SparseTraining? sparse)
{
    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    public AdamW Optimizer { get; } = optimizer;

    public Pruner? Pruner { get; } = pruner;

    /// <summary>Sparse forms of what the pruner prunes.</summary>
    public SparseTraining? Sparse { get; } = sparse;

    /// <summary>The epoch under way, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Updates done in that epoch.</summary>
    public int UpdateInEpoch { get; set; }

    /// <summary>The summed loss of that epoch's examples so far.</summary>
    public double LossInEpoch { get; set; }

    public List<EpochSummary> History { get; } = [];

    /// <summary>The best epoch, from 1; 0 if there is none yet.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The weights at the end of the best epoch, parameter by parameter.</summary>
    public float[][] BestWeights { get; private set; } = [];

    public PruningReport? BestReport { get; private set; }

    public bool PruningIsOver => Pruner is null || Pruner.Phase == PruningPhase.Recovery;

    /// <summary>The optimizer's moments of a parameter.</summary>
    public (float[] First, float[] Second) MomentsOf(Parameter parameter) => Sparse?.DenseMoments(parameter, Optimizer) ?? Optimizer.MomentsOf(parameter);

    public void EndEpoch(EpochSummary summary)
    {
        History.Add(summary);
        (Epoch, UpdateInEpoch, LossInEpoch) = (Epoch + 1, 0, 0);
        if (BestEpoch == 0 || IsBetter(summary, History[BestEpoch - 1]))
            SetBest(summary.Epoch, [.. Parameters.Select(parameter => parameter.Values.ToArray())]);
    }

    public void SetBest(int epoch, float[][] weights) =>
        (BestEpoch, BestWeights, BestReport) = (epoch, weights, Pruner?.Report());

    public void RestoreBest()
    {
        for (int i = 0; i < BestWeights.Length; i++)
            BestWeights[i].CopyTo(Parameters[i].Values);
    }

    /// <summary>Sparser before better: the model asked for is the one at full sparsity.</summary>
    private static bool IsBetter(EpochSummary candidate, EpochSummary best)
    {
        if (candidate.Sparsity != best.Sparsity)
            return candidate.Sparsity > best.Sparsity;
        return (candidate.Evaluation, best.Evaluation) switch
        {
            ({ } now, { } before) => now.Primary.Value > before.Primary.Value,
            _ => true,
        };
    }
}
