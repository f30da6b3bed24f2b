using Seven.Pruning;

namespace Seven.Tests.Pruning;

/// <summary>The cubic curve, and how phases are cut from a run.</summary>
[TestClass]
public sealed class ScheduleTests
{
    [TestMethod]
    public void The_curve_is_the_papers_and_ends_exactly()
    {
        var schedule = new PruningSchedule(0.6, 0, 12);
        Assert.AreEqual(0.8621527777777778, schedule.KeepRatio(0), 1e-15);
        Assert.AreEqual(1 - 0.6, schedule.KeepRatio(11));
        Assert.AreEqual(496, schedule.Kept(0, 576));
    }

    [TestMethod]
    public void The_curve_may_begin_above_zero()
    {
        var schedule = new PruningOptions { Sparsity = 0.9, InitialSparsity = 0.5, PruningSteps = StepCount.Steps(20) }.ScheduleFor(100);
        Assert.AreEqual(1 - 0.9 + 0.4 * Math.Pow(0.95, 3), schedule.KeepRatio(0), 1e-15);
        Assert.AreEqual(1 - 0.9, schedule.KeepRatio(19));
        for (int step = 1; step < 20; step++)
            Assert.IsLessThan(schedule.KeepRatio(step - 1), schedule.KeepRatio(step));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PruningOptions { Sparsity = 0.4, InitialSparsity = 0.5 }.Validated());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PruningSchedule(0.4, 0, 1, -0.1));
    }

    [TestMethod]
    public void By_default_a_tenth_warms_up_four_tenths_prune_and_half_recovers()
    {
        var schedule = new PruningOptions().ScheduleFor(1000);
        Assert.AreEqual(100, schedule.WarmUpSteps);
        Assert.AreEqual(400, schedule.PruningSteps);
        Assert.AreEqual(PruningPhase.WarmUp, schedule.PhaseOf(99));
        Assert.AreEqual(PruningPhase.Pruning, schedule.PhaseOf(100));
        Assert.AreEqual(PruningPhase.Pruning, schedule.PhaseOf(499));
        Assert.AreEqual(PruningPhase.Recovery, schedule.PhaseOf(500));
    }

    [TestMethod]
    public void Phases_can_be_counts()
    {
        var schedule = new PruningOptions { WarmUp = StepCount.Steps(7), Recovery = StepCount.Steps(20) }.ScheduleFor(100);
        Assert.AreEqual((7, 73), (schedule.WarmUpSteps, schedule.PruningSteps));
    }

    [TestMethod]
    public void Phases_that_do_not_fit_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new PruningOptions { WarmUp = StepCount.Steps(60), PruningSteps = StepCount.Steps(50) }.ScheduleFor(100));
        // Without recovery they may fill the run.
        Assert.AreEqual(40, new PruningOptions { WarmUp = StepCount.Steps(60), PruningSteps = StepCount.Steps(40) }.ScheduleFor(100).PruningSteps);
        Assert.ThrowsExactly<ArgumentException>(() => new PruningOptions { WarmUp = StepCount.Steps(60), Recovery = StepCount.Steps(40) }.ScheduleFor(100));
        Assert.ThrowsExactly<ArgumentException>(() =>
            new PruningOptions { WarmUp = StepCount.Steps(10), PruningSteps = StepCount.Steps(10), Recovery = StepCount.Steps(10) }.ScheduleFor(100));
    }

    [TestMethod]
    public void Before_fine_tuning_there_is_no_warm_up()
    {
        var schedule = new PruningOptions { Timing = PruningTiming.BeforeFineTuning }.ScheduleFor(100);
        Assert.AreEqual((0, 40), (schedule.WarmUpSteps, schedule.PruningSteps));
    }

    /// <summary>FORCE's: (1-s₀) · ((1-s) / (1-s₀))^((t+1)/T), so that each step leaves the same share of what the step before left.</summary>
    [TestMethod]
    [DataRow(0.9, 0.0, 7)]
    [DataRow(0.8, 0.5, 20)]
    public void The_exponential_curve_takes_the_same_share_at_each_step(double sparsity, double initial, int steps)
    {
        var schedule = new PruningSchedule(sparsity, 0, steps, initial, SparsityCurve.Exponential);
        double share = Math.Pow((1 - sparsity) / (1 - initial), 1.0 / steps), before = 1 - initial;
        for (int step = 0; step < steps; step++)
        {
            Assert.AreEqual(before * share, schedule.KeepRatio(step), 1e-12);
            before = schedule.KeepRatio(step);
        }

        Assert.AreEqual(1 - sparsity, schedule.KeepRatio(steps - 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PruningSchedule(0.5, 0, 1, curve: (SparsityCurve)7));
    }
}
