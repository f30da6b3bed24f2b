namespace Seven.Training;

/// <summary>A recipe of <see cref="PruningPresets"/>: how a pretrained network is fine-tuned, and how it is pruned.</summary>
public sealed record PruningPreset
{
    internal PruningPreset()
    {
    }

    /// <summary>Options of the training without pruning that comes first; <see langword="null"/> if pruning begins at once.</summary>
    public FineTuningOptions? Dense { get; init; }

    /// <summary>Options of the training that prunes, with <see cref="FineTuningOptions.Pruning"/> and, where there is a teacher, <see cref="FineTuningOptions.Distillation"/>: the network itself as it was before.</summary>
    public required FineTuningOptions Pruned { get; init; }

    /// <summary>The first of the two runs, without pruning: what a trainer of ML.NET's gets.</summary>
    public FineTuningOptions Trainer => Dense ?? Pruned with { Pruning = null, Distillation = null };
}
