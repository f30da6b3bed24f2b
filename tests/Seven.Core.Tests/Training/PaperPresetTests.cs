using Seven.Pruning.Criteria;
using Seven.Training;

namespace Seven.Tests.Training;

/// <summary>The authors' schedules of GLUE's tasks.</summary>
[TestClass]
public sealed class PaperPresetTests
{
    [TestMethod]
    [DataRow(GlueTask.Mnli, 392_702, 5400, 16_600)]
    [DataRow(GlueTask.Qqp, 363_846, 5400, 16_600)]
    [DataRow(GlueTask.Qnli, 104_743, 2000, 12_000)]
    [DataRow(GlueTask.Sst2, 67_349, 1000, 4000)]
    [DataRow(GlueTask.Cola, 8551, 500, 1000)]
    [DataRow(GlueTask.Stsb, 5749, 500, 2000)]
    [DataRow(GlueTask.Mrpc, 3668, 300, 600)]
    [DataRow(GlueTask.Rte, 2490, 200, 1000)]
    public void A_tasks_schedule_fits_into_its_rows_and_leaves_updates_for_recovery(GlueTask task, int rows, int warmUp, int pruning)
    {
        var options = PruningPresets.Paper(task, sparsity: 0.6).Pruned;
        int updates = options.Epochs * ((rows + options.BatchSize - 1) / options.BatchSize);
        var schedule = options.Pruning!.ScheduleFor(updates);
        Assert.AreEqual((0.6, warmUp, pruning), (schedule.Sparsity, schedule.WarmUpSteps, schedule.PruningSteps));
        Assert.IsGreaterThan(0.15, 1 - (warmUp + pruning) / (double)updates, "share of recovery");
    }

    [TestMethod]
    public void The_rate_stays_and_scores_add_up()
    {
        foreach (var preset in new[] { PruningPresets.Paper(0.6), PruningPresets.Paper(GlueTask.Sst2, 0.6) })
        {
            var options = preset.Pruned;
            Assert.IsNull(preset.Dense);
            Assert.IsNull(options.Distillation);
            Assert.AreEqual((2e-5, 32, 0.0, null), (options.LearningRate, options.BatchSize, options.WeightDecay, options.MaximumGradientNorm));
            Assert.AreEqual((0, LearningRateDecay.None), (options.LearningRateWarmUp.Of(1000), options.LearningRateDecay));
            Assert.AreEqual(new SevenCriterion { MagnitudeSmoothing = 0.8, SquareSmoothing = 0.9, ScoreDecay = 1 }, options.Pruning!.Criterion);
        }
    }

    [TestMethod]
    public void Too_few_rows_are_named()
    {
        var options = PruningPresets.Paper(GlueTask.Rte, sparsity: 0.6).Pruned;
        Assert.Contains("200 warm-up and 1000 pruning steps do not fit into 640 updates", Assert.ThrowsExactly<ArgumentException>(() => options.Pruning!.ScheduleFor(640)).Message);
    }

    [TestMethod]
    public void A_task_or_a_sparsity_out_of_range_is_refused()
    {
        Assert.Contains("expected one of Mnli, Qqp", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PruningPresets.Paper((GlueTask)8, 0.6)).Message);
        Assert.Contains("Sparsity is 1", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PruningPresets.Paper(GlueTask.Cola, 1)).Message);
    }
}
