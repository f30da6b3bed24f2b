using Seven.Formats;
using Seven.Metrics;
using Seven.Pruning;
using Seven.Reports;

namespace Seven.Training.Engines;

/// <summary>Weights in training, wherever they lie: their gradients, their optimizer, their pruner.</summary>
internal interface ITrainingEngine<TExample> : IDisposable
{
    /// <summary>When pruning happens; <see langword="null"/> without pruning.</summary>
    PruningSchedule? Schedule { get; }

    int PruningStepsTaken { get; }

    /// <summary>Whether all pruning is done; true without pruning.</summary>
    bool PruningIsOver { get; }

    /// <summary>Share of zeros among the prunable weights.</summary>
    double Sparsity { get; }

    /// <summary>Tells that training begins, after a checkpoint was loaded if there was one.</summary>
    void Begin();

    void ClearGradients();

    /// <summary>Adds to all gradients scale times those of the batch's summed loss, which is returned.</summary>
    double AddGradients(IReadOnlyList<TExample> batch, float scale, ulong dropoutSeed);

    /// <summary>Tells that an update's gradients are complete; those of pruned weights become zero.</summary>
    void FinishGradients();

    /// <summary>Keeps the norm of all gradients together below a limit.</summary>
    /// <returns>The norm before.</returns>
    double ClipGradients(double largestNorm);

    /// <summary>Updates the weights.</summary>
    /// <param name="learningRate">The learning rate.</param>
    void Step(double learningRate);

    /// <summary>Tells the pruner of an update, while its gradients are still there.</summary>
    void Prune();

    /// <summary>Tells that an update is over without the pruner's having been told.</summary>
    void EndUpdate();

    /// <summary>Tells the pruner that an epoch has ended.</summary>
    void EndEpoch();

    Evaluation Evaluate(IReadOnlyList<TExample> examples, CancellationToken cancellation);

    PruningReport? Report();

    /// <summary>Brings the weights into the model's parameters.</summary>
    void ReadWeights();

    void SaveCheckpoint(string path, TrainingRun run, Fingerprint identity);

    /// <exception cref="InvalidDataException">The file is damaged, or of another run.</exception>
    void LoadCheckpoint(string path, TrainingRun run, Fingerprint identity);
}
