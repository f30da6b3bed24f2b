using Microsoft.ML;
using Seven.Goals;
using Seven.Pruning;
using Seven.Training;

namespace Seven.MLNet;

/// <summary>Options of pruning inside an ML.NET pipeline: those of <see cref="PruningOptions"/>, and those of the run.</summary>
/// <remarks>Defaults are the paper's but for scores that fade: 80 % sparsity, SEVEN_dyn with a <see cref="Pruning.Criteria.SevenCriterion.ScoreDecay"/> of 0.99, one threshold for all layers, 10 % of the updates before pruning, 40 % with it, the rest to recover.</remarks>
public sealed record SevenPruneOptions : PruningOptions
{
    /// <summary>The outcome that pruning aims at, in place of <see cref="PruningOptions.Sparsity"/> and <see cref="PruningOptions.Pattern"/>: a loss, a size or a latency, for which sparsity and numbers are searched.
    /// Needs a <see cref="ValidationSet"/>. Default <see langword="null"/>: the sparsity that is given. For trainers of this project.</summary>
    public PruningGoal? Goal { get; init; }

    /// <summary>Passes over the rows with which a network upstream is fine-tuned further. Default: as many as its trainer made.
    /// Not to be set where a trainer is wrapped: it has its own.</summary>
    public int? Epochs { get; init; }

    /// <summary>Peak learning rate while weights are pruned. Default: that of the trainer's <c>FineTuning</c>; where it has none, 1e-4 for a network from a folder, at which a MiniLM pruned to 90 % was better than at
    /// the 5e-5 of training without pruning (STS-B) and than at 2e-4 (CoLA).
    /// For trainers of this project; those of ML.NET's have their own.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Rows to judge each epoch by, all of them, with the columns that the trainer reads and its label. Default: the trainer's own validation set, if it has one.</summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>Whether the rows' order, and dropout's, changes from epoch to epoch. Default false, as in ML.NET's trainers, whose result a
    /// sparsity of 0 then gives bit for bit. This project's trainers always shuffle.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Epochs without a better judgment after which training stops, counted once pruning is over; the best epoch's weights are taken. Needs a
    /// validation set. Default <see langword="null"/>: all epochs are run, and the last one's weights are taken.</summary>
    public int? Patience { get; init; }

    /// <summary>A teacher to learn from beside the labels while weights are pruned. Default <see langword="null"/>: that of the trainer's <c>FineTuning</c>, if it has one.
    /// With <see cref="Teacher.Self"/> the network follows itself as it was without zeros: after a trainer as that has left it; around one it is trained without pruning first,
    /// for as many epochs. For trainers of this project.</summary>
    public Distillation? Distillation { get; init; }

    /// <summary>Receives the progress after each update of the weights, on the thread that trains. Default: the trainer's own, where it is one of this project's.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends the fit early; what was reached by then is returned. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Options without more than the defaults.</summary>
    public SevenPruneOptions()
    {
    }

    private SevenPruneOptions(PruningOptions pruning)
        : base(pruning)
    {
    }

    /// <summary>The options of a recipe. The trainer gets <see cref="PruningPreset.Trainer"/> as its <c>FineTuning</c>; <c>SevenPrune</c> with these options follows it, or, where the recipe has no run
    /// without pruning, surrounds it.</summary>
    /// <param name="preset">The recipe.</param>
    public static SevenPruneOptions Of(PruningPreset preset)
    {
        var options = new SevenPruneOptions(preset.Pruned.Pruning!) { Distillation = preset.Pruned.Distillation };
        return preset.Dense is null ? options : options with { Epochs = preset.Pruned.Epochs, LearningRate = preset.Pruned.LearningRate };
    }

    /// <summary>Returns these options if they are in range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal new SevenPruneOptions Validated()
    {
        base.Validated();
        Require.AtLeast(Epochs, 1, nameof(Epochs));
        Require.Positive(LearningRate, nameof(LearningRate));
        Require.AtLeast(Patience, 1, nameof(Patience));
        Distillation?.Validated();
        Goal?.Validated();
        return this;
    }
}
