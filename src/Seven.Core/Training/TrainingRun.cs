using Seven.Reports;
using Seven.Weights;

namespace Seven.Training;

/// <summary>How far a model's fine-tuning has come, and its best weights so far.</summary>
internal sealed class TrainingRun(IReadOnlyList<Parameter> parameters)
{
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

    /// <summary>Ends an epoch.</summary>
    /// <param name="summary">How it went.</param>
    /// <param name="readWeights">Brings the weights into the parameters.</param>
    /// <param name="report">What pruning has left.</param>
    public void EndEpoch(EpochSummary summary, Action readWeights, Func<PruningReport?> report)
    {
        History.Add(summary);
        (Epoch, UpdateInEpoch, LossInEpoch) = (Epoch + 1, 0, 0);
        if (BestEpoch != 0 && !IsBetter(summary, History[BestEpoch - 1]))
            return;
        readWeights();
        SetBest(summary.Epoch, [.. parameters.Select(parameter => parameter.Values.ToArray())], report());
    }

    public void SetBest(int epoch, float[][] weights, PruningReport? report) => (BestEpoch, BestWeights, BestReport) = (epoch, weights, report);

    public void RestoreBest()
    {
        for (int i = 0; i < BestWeights.Length; i++)
            BestWeights[i].CopyTo(parameters[i].Values);
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
