using Seven.Pruning;

namespace Seven.Training;

/// <summary>Options of fine-tuning.</summary>
public sealed record FineTuningOptions
{
    /// <summary>Passes over the training examples. Default 3, as in the BERT paper.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Examples in a batch. Default 32, as in the BERT paper.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches whose gradients are summed for one update of the weights. Default 1.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Peak learning rate of AdamW. Default 5e-5, for pretrained models; from scratch 5e-4 to 1e-3 is usual.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Decoupled weight decay, for weights and embeddings. Default 0.01, as in the BERT paper.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Updates in which the learning rate rises to its peak. Default 10 % of all.</summary>
    public StepCount LearningRateWarmUp { get; init; } = StepCount.Share(0.1);

    /// <summary>The decay of the learning rate after its warm-up. Default linear to zero.</summary>
    public LearningRateDecay LearningRateDecay { get; init; } = LearningRateDecay.Linear;

    /// <summary>The number of decays of the learning rate after its warm-up: each further one begins at the peak again (rewinding, as in oBERT's recipes for 90 % and more).
    /// At least 1, the default.</summary>
    public int LearningRateCycles { get; init; } = 1;

    /// <summary>Largest norm of all gradients together; larger ones are scaled down to it. Default 1; <see langword="null"/> for no limit.</summary>
    public double? MaximumGradientNorm { get; init; } = 1;

    /// <summary>Seed of the examples' order and of dropout. Equal seeds give equal results, on any number of threads. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads to use. Default 0: one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Options of pruning during training. Default <see langword="null"/>: nothing is pruned.</summary>
    public PruningOptions? Pruning { get; init; }

    /// <summary>A teacher to learn from beside the targets; <see langword="null"/>, the default, for none.</summary>
    public Distillation? Distillation { get; init; }

    /// <summary>Share of zeros, in [0, 1], from which on a pruned layer is computed over its kept weights alone. Default <see langword="null"/>: where that is
    /// faster, measured once for each shape while the process runs. Give a number for results that are equal to the bit in every process.</summary>
    public double? SparseFrom { get; init; }

    /// <summary>Epochs without a better evaluation after which training stops, counted once pruning is over. Default <see langword="null"/>: never.</summary>
    public int? Patience { get; init; }

    /// <summary>The metric by which the best epoch is chosen, such as "macro F1" or "Matthews" of a classifier. Default <see langword="null"/>: the task's first one.</summary>
    public string? BestBy { get; init; }

    /// <summary>File to which everything is saved at the end of each epoch and when cancelled. If it exists, training goes on from it.
    /// Default <see langword="null"/>: none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Returns these options if they are in range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal FineTuningOptions Validated()
    {
        Require.AtLeast(Epochs, 1, nameof(Epochs));
        Require.AtLeast(BatchSize, 1, nameof(BatchSize));
        Require.AtLeast(AccumulationSteps, 1, nameof(AccumulationSteps));
        Require.Positive(LearningRate, nameof(LearningRate));
        Require.Defined<LearningRateDecay>(LearningRateDecay, nameof(LearningRateDecay));
        Require.AtLeast(LearningRateCycles, 1, nameof(LearningRateCycles));
        Require.AtLeast(WeightDecay, 0, nameof(WeightDecay));
        Require.InRange(Threads, 0, 1024, inclusiveEnd: true, nameof(Threads));
        Require.Positive(MaximumGradientNorm, nameof(MaximumGradientNorm));
        Require.AtLeast(Patience, 1, nameof(Patience));
        Require.InRange(SparseFrom, 0, 1, inclusiveEnd: true, nameof(SparseFrom));
        return this with { Pruning = Pruning?.Validated(), Distillation = Distillation?.Validated() };
    }
}
