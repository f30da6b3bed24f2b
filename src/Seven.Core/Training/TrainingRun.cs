using Seven.Reports;
using Seven.Weights;

namespace Seven.Training;

/// <summary>The state of a model's fine-tuning, with the best weights so far.</summary>
internal sealed class TrainingRun(IReadOnlyList<Parameter> parameters) : RunHistory
{
    /// <summary>The epoch under way, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Updates done in that epoch.</summary>
    public int UpdateInEpoch { get; set; }

    /// <summary>The summed loss of that epoch's examples so far.</summary>
    public double LossInEpoch { get; set; }

    /// <summary>The weights at the end of the best epoch, parameter by parameter.</summary>
    public float[][] BestWeights { get; private set; } = [];

    public PruningReport? BestReport { get; private set; }

    /// <summary>Their masks, <see langword="null"/> for parameters that are not pruned.</summary>
    private PruningMask?[] BestMasks { get; set; } = [];

    /// <summary>Begins the next epoch.</summary>
    public void EndEpoch() => (Epoch, UpdateInEpoch, LossInEpoch) = (Epoch + 1, 0, 0);

    /// <summary>Copies the parameters, which are those of the best epoch.</summary>
    /// <param name="report">The sparsity at its end.</param>
    public void KeepBest(PruningReport? report)
    {
        (BestWeights, BestReport) = ([.. parameters.Select(parameter => parameter.Values.ToArray())], report);
        BestMasks = [.. parameters.Select(parameter => parameter.Mask?.Copy())];
    }

    /// <summary>Sets the best epoch of a checkpoint, whose weights have zeros where they are pruned.</summary>
    public void SetBest(int epoch, float[][] weights, PruningReport? report)
    {
        (BestEpoch, BestWeights, BestReport) = (epoch, weights, report);
        BestMasks = [.. parameters.Select((parameter, i) => parameter.Mask is null ? null : PruningMask.OfNonzero(weights[i]))];
    }

    public void RestoreBest()
    {
        for (int i = 0; i < BestWeights.Length; i++)
        {
            BestWeights[i].CopyTo(parameters[i].Values);
            parameters[i].Mask = BestMasks[i];
        }
    }
}
