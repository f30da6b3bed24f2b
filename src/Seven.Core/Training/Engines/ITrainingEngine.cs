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

    /// <summary>Whether the pruner's next step is by H·g in the place of the gradient.</summary>
    bool NeedsCurvature { get; }

    /// <summary>Begins training, after a checkpoint was loaded if there was one.</summary>
    void Begin();

    void ClearGradients();

    /// <summary>Adds to all gradients scale times those of the batch's summed loss, which is returned.</summary>
    double AddGradients(IReadOnlyList<TExample> batch, float scale, ulong dropoutSeed);

    /// <summary>Completes an update's gradients; those of pruned weights become zero.</summary>
    void FinishGradients();

    /// <summary>Keeps the norm of all gradients together below a limit.</summary>
    /// <returns>The norm before.</returns>
    double ClipGradients(double largestNorm);

    /// <summary>Updates the weights.</summary>
    /// <param name="learningRate">The learning rate.</param>
    void Step(double learningRate);

    /// <summary>Puts H·g into the place of the gradients, for the step of the pruner that follows.</summary>
    /// <param name="computeGradients">Computes the gradients of the update's examples anew.</param>
    void ReadCurvature(Action computeGradients);

    /// <summary>Ends an update with a step of the pruner, while the gradients are still there.</summary>
    void Prune();

    /// <summary>Ends an update without a step of the pruner.</summary>
    void EndUpdate();

    /// <summary>Ends an epoch of the pruner.</summary>
    void EndEpoch();

    Evaluation Evaluate(IReadOnlyList<TExample> examples, CancellationToken cancellationToken);

    PruningReport? Report();

    /// <summary>Brings the weights into the model's parameters.</summary>
    void ReadWeights();

    void SaveCheckpoint(string path, TrainingRun run, Fingerprint identity);

    /// <exception cref="InvalidDataException">The file is damaged, or of another run.</exception>
    void LoadCheckpoint(string path, TrainingRun run, Fingerprint identity);
}
