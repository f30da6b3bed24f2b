using Seven.Metrics;
using Seven.Reports;

namespace Seven.Training;

/// <summary>Why fine-tuning ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were run.</summary>
    Finished,

    /// <summary>The evaluation had not become better for as many epochs as the patience allows.</summary>
    NoImprovement,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>One epoch of fine-tuning.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="TrainingLoss">The mean loss of its batches, as they were trained on.</param>
/// <param name="Sparsity">Share of zeros among the prunable weights at its end; 0 without pruning.</param>
/// <param name="Evaluation">The model on the whole validation set at its end; <see langword="null"/> without such a set.</param>
public sealed record EpochSummary(int Epoch, double TrainingLoss, double Sparsity, Evaluation? Evaluation);

/// <summary>What came out of fine-tuning. The model holds the weights of the best epoch.</summary>
/// <param name="Stopped">Why it ended.</param>
/// <param name="BestEpoch">The epoch whose weights the model holds: of those with the largest sparsity, the one with the best evaluation; 0 if none was
/// finished, and the model holds what was reached.</param>
/// <param name="History">All epochs that were finished.</param>
/// <param name="Pruning">What pruning left of the model; <see langword="null"/> without pruning.</param>
/// <param name="CutExamples">Examples longer than the model can read, whose end was cut off.</param>
/// <param name="Elapsed">Time taken, without that before a resumed checkpoint.</param>
public sealed record FineTuningResult(
    StopReason Stopped, int BestEpoch, IReadOnlyList<EpochSummary> History, PruningReport? Pruning, int CutExamples, TimeSpan Elapsed)
{
    /// <summary>The evaluation of the best epoch, if there was a validation set and a finished epoch.</summary>
    public Evaluation? Evaluation => BestEpoch == 0 ? null : History[BestEpoch - 1].Evaluation;
}

/// <summary>Where fine-tuning stands after an update of the weights.</summary>
/// <param name="Update">Updates done, of all phases.</param>
/// <param name="Updates">Updates in all.</param>
/// <param name="Epoch">The epoch under way, from 1; 0 while pruning precedes fine-tuning.</param>
/// <param name="Loss">The mean loss of this update's examples.</param>
/// <param name="LearningRate">The learning rate of this update.</param>
/// <param name="Sparsity">Share of zeros among the prunable weights.</param>
/// <param name="Finished">The epoch that ended with this update, if one did.</param>
public sealed record TrainingProgress(
    int Update, int Updates, int Epoch, double Loss, double LearningRate, double Sparsity, EpochSummary? Finished);

/// <summary>Training broke down: the loss or its gradient is not a finite number.</summary>
/// <remarks>The model holds the weights of the best epoch so far, and the last checkpoint is kept.</remarks>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(int update, string what, double found)
        : base($"The {what} is {found} at update {update}; expected a finite number. A smaller learning rate or a longer warm-up may help. "
            + "The model holds the best weights so far, and the last checkpoint, if any, is kept.") => Update = update;

    /// <summary>The update, from 1, at which it happened.</summary>
    public int Update { get; }
}
