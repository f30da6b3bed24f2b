namespace Seven.Training;

/// <summary>A recipe of <see cref="PruningPresets"/>: how a pretrained network is fine-tuned, and how it is pruned.</summary>
public sealed record PruningPreset
{
    internal PruningPreset()
    {
    }

    /// <summary>How the network is trained without pruning first; <see langword="null"/> where it is pruned from the start.</summary>
    public FineTuningOptions? Dense { get; init; }

    /// <summary>How it is trained while it is pruned, with <see cref="FineTuningOptions.Pruning"/> and, where there is a teacher, <see cref="FineTuningOptions.Distillation"/>: the network itself as it was before.</summary>
    public required FineTuningOptions Pruned { get; init; }

    /// <summary>The first of the two runs, without pruning: what a trainer of ML.NET's gets.</summary>
    public FineTuningOptions Trainer => Dense ?? Pruned with { Pruning = null, Distillation = null };
}
