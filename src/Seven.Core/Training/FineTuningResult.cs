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

/// <summary>The summary of an epoch.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="TrainingLoss">The mean loss of its batches, as they were trained on.</param>
/// <param name="Sparsity">Share of zeros among the prunable weights at its end; 0 without pruning.</param>
/// <param name="Evaluation">The model on the whole validation set at its end; <see langword="null"/> without such a set.</param>
public sealed record EpochSummary(int Epoch, double TrainingLoss, double Sparsity, Evaluation? Evaluation);

/// <summary>The result of fine-tuning. The model holds the weights of the best epoch.</summary>
public sealed class FineTuningResult
{
    internal FineTuningResult()
    {
    }

    /// <summary>Why it ended.</summary>
    public required StopReason Stopped { get; init; }

    /// <summary>The epoch whose weights the model holds: of those with the largest sparsity, the one with the best evaluation; 0 if none was
    /// finished, and the model holds what was reached.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>All epochs that were finished.</summary>
    public required IReadOnlyList<EpochSummary> History { get; init; }

    /// <summary>The report of pruning; <see langword="null"/> without pruning.</summary>
    public required PruningReport? Pruning { get; init; }

    /// <summary>Examples longer than the model can read, whose end was cut off.</summary>
    public required int CutExamples { get; init; }

    /// <summary>Time taken, without that before a resumed checkpoint.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The evaluation of the best epoch, if there was a validation set and a finished epoch.</summary>
    public Evaluation? Evaluation => BestEpoch == 0 ? null : History[BestEpoch - 1].Evaluation;

    /// <summary>Of a model that was not trained.</summary>
    internal static FineTuningResult None { get; } = new() { Stopped = StopReason.Finished, BestEpoch = 0, History = [], Pruning = null, CutExamples = 0, Elapsed = TimeSpan.Zero };

    /// <summary>The same run as a part of a larger one.</summary>
    internal FineTuningResult With(StopReason stopped, PruningReport pruning) =>
        new() { Stopped = stopped, BestEpoch = BestEpoch, History = History, Pruning = pruning, CutExamples = CutExamples, Elapsed = Elapsed };
}

/// <summary>The progress of fine-tuning after an update of the weights.</summary>
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
