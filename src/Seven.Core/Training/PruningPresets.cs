using Seven.Pruning;
using Seven.Pruning.Criteria;

namespace Seven.Training;

/// <summary>Recipes, with what they gave on a pretrained MiniLM of 6 layers of 384 (<c>examples/Study</c>; the README has the table).</summary>
/// <remarks>Change them by <c>with</c>: a seed, a validation metric, fewer epochs.</remarks>
public static class PruningPresets
{
    /// <summary>A learning rate at which networks relearn at 90 % what they lost: half of it loses 0.04 of Pearson's correlation on STS-B, twice of it 0.1 of Matthews' on CoLA.</summary>
    private const double LearningRate = 1e-4;

    /// <summary>The authors' way with data of your own: pruned from the pretrained network on, over 10 epochs in batches of 32 at a steady 2e-5, without weight decay or a limit of gradients, with scores that add up
    /// without decay; 10 % of the updates before pruning, 40 % with it.</summary>
    /// <param name="sparsity">Share of prunable weights that end as zeros, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is outside that range.</exception>
    public static PruningPreset Paper(double sparsity) => FromPretrained(PruningTo(sparsity), epochs: 10);

    /// <summary>The authors' way on a task of GLUE: as <see cref="Paper(double)"/>, with the numbers of updates before and in pruning that their code has for the task, in the remarks of <see cref="GlueTask"/>.</summary>
    /// <param name="task">The task.</param>
    /// <param name="sparsity">Share of prunable weights that end as zeros, in [0, 1).</param>
    /// <returns>10 epochs; 20 for RTE and STS-B, whose updates of pruning do not fit into 10. A run over fewer rows than the task's, or in larger batches, may need more.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is outside that range, or the task is not one of the enumeration's.</exception>
    public static PruningPreset Paper(GlueTask task, double sparsity)
    {
        var (warmUp, pruning, epochs) = ScheduleOf(task);
        return FromPretrained(PruningTo(sparsity) with { WarmUp = StepCount.Steps(warmUp), PruningSteps = StepCount.Steps(pruning) }, epochs);
    }

    /// <summary>For some thousand rows: 5 epochs without pruning, then 15 in which the network is pruned and follows what it was, outputs and hidden states. STS-B (5,270 rows) at 90 %: Pearson 0.858, dense 0.866.</summary>
    /// <param name="sparsity">Share of prunable weights that end as zeros, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is outside that range.</exception>
    public static PruningPreset FewRows(double sparsity) => FromItself(sparsity, denseEpochs: 5, prunedEpochs: 15);

    /// <summary>For tens of thousands of rows: 3 epochs without pruning, then 3 in which the network is pruned and follows what it was. SST-2 (20,000 rows) at 90 %: accuracy 86.6 %, dense 88.8 %.</summary>
    /// <param name="sparsity">Share of prunable weights that end as zeros, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is outside that range.</exception>
    public static PruningPreset Usual(double sparsity) => FromItself(sparsity, denseEpochs: 3, prunedEpochs: 3);

    /// <summary>For runs of hours: 3 epochs without pruning, then 15 in which the network is pruned and follows what it was; give it rows that nobody has labeled beside those with labels.
    /// SST-2 (20,000 rows and 40,000 without labels) at 90 %: accuracy 88.1 %, dense 88.8 %, after 48 minutes on two cores.</summary>
    /// <param name="sparsity">Share of prunable weights that end as zeros, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is outside that range.</exception>
    public static PruningPreset LongRun(double sparsity) => FromItself(sparsity, denseEpochs: 3, prunedEpochs: 15);

    /// <summary>Updates and epochs, as in the settings by task of https://github.com/xiaojinying/SEVEN.</summary>
    private static (int WarmUp, int Pruning, int Epochs) ScheduleOf(GlueTask task) => task switch
    {
        GlueTask.Mnli or GlueTask.Qqp => (5400, 16_600, 10),
        GlueTask.Qnli => (2000, 12_000, 10),
        GlueTask.Sst2 => (1000, 4000, 10),
        GlueTask.Cola => (500, 1000, 10),
        GlueTask.Stsb => (500, 2000, 20),
        GlueTask.Mrpc => (300, 600, 10),
        GlueTask.Rte => (200, 1000, 20),
        _ => throw new ArgumentOutOfRangeException(nameof(task), $"The task is {task}; expected one of {string.Join(", ", Enum.GetNames<GlueTask>())}."),
    };

    private static PruningPreset FromPretrained(PruningOptions pruning, int epochs) => new()
    {
        Pruned = new FineTuningOptions
        {
            Epochs = epochs,
            LearningRate = 2e-5,
            LearningRateWarmUp = StepCount.Steps(0),
            LearningRateDecay = LearningRateDecay.None,
            WeightDecay = 0,
            MaximumGradientNorm = null,
            Pruning = pruning with { Criterion = new SevenCriterion() },
        },
    };

    private static PruningPreset FromItself(double sparsity, int denseEpochs, int prunedEpochs) => new()
    {
        Dense = new FineTuningOptions { Epochs = denseEpochs, LearningRate = LearningRate },
        Pruned = new FineTuningOptions
        {
            Epochs = prunedEpochs,
            LearningRate = LearningRate,
            Pruning = PruningTo(sparsity),
            Distillation = new Distillation { Teacher = Teacher.Self, HiddenStates = 1 },
        },
    };

    private static PruningOptions PruningTo(double sparsity) => new PruningOptions { Sparsity = sparsity }.Validated();
}
