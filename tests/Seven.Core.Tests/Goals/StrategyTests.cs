using Seven.Goals;
using Seven.Inference;
using Seven.Pruning.Patterns;
using Seven.Reports;

namespace Seven.Tests.Goals;

/// <summary>Which models the strategies try, with models whose metric, size and time follow formulas in the place of trained ones.</summary>
[TestClass]
public sealed class StrategyTests
{
    /// <summary>Whatever the cliff, the sparsest level that full runs hold is found, with few runs.</summary>
    [TestMethod]
    [DataRow(0.45)]
    [DataRow(0.55)]
    [DataRow(0.75)]
    [DataRow(0.82)]
    [DataRow(0.91)]
    [DataRow(0.99)]
    public void The_sparsest_model_within_a_loss_is_found_in_few_runs(double cliff)
    {
        // Short trials break down a little earlier than full runs.
        var trials = new FormulaTrials(PruningGoal.Loss(0.01), (sparsity, isFull) => 0.9 - Math.Max(0, sparsity - cliff + (isFull ? 0 : 0.03)));
        var found = LossStrategy.Find((LossGoal)trials.Goal, trials);
        double limit = cliff + 0.01;
        double expected = LossStrategy.Sparsities.Where(sparsity => sparsity <= limit).DefaultIfEmpty(0).Max();
        Assert.AreEqual(expected, found.Sparsity);
        Assert.IsTrue(found.Holds);
        Assert.AreEqual("Int8", found.Precision, "the smaller of two that hold");
        Assert.IsLessThanOrEqualTo(3, trials.ShortRuns);
        Assert.IsLessThanOrEqualTo(3, trials.FullRuns);
    }

    /// <summary>Short trials break down far earlier: full runs go on upwards while there is room.</summary>
    [TestMethod]
    public void A_run_that_loses_little_is_followed_by_one_with_more_zeros()
    {
        var trials = new FormulaTrials(PruningGoal.Loss(0.01), (sparsity, isFull) => 0.9 - (sparsity > (isFull ? 0.92 : 0.75) ? 0.1 : 0));
        Assert.AreEqual(0.9, LossStrategy.Find((LossGoal)trials.Goal, trials).Sparsity);
        Assert.AreEqual(3, trials.FullRuns);
    }

    [TestMethod]
    public void Numbers_that_lose_too_much_are_not_taken()
    {
        var trials = new FormulaTrials(PruningGoal.Loss(0.01), (sparsity, _) => sparsity <= 0.8 ? 0.9 : 0.5) { LossOfInt8 = 0.05 };
        var found = LossStrategy.Find((LossGoal)trials.Goal, trials);
        Assert.AreEqual(("Float32", 0.8), (found.Precision, found.Sparsity));
    }

    /// <summary>A model that no pruning leaves good enough may still be stored in bytes.</summary>
    [TestMethod]
    public void Where_no_sparsity_holds_the_dense_model_in_int8_is_left()
    {
        var trials = new FormulaTrials(PruningGoal.Loss(0.01), (sparsity, _) => sparsity > 0 ? 0.4 : 0.9);
        var found = LossStrategy.Find((LossGoal)trials.Goal, trials);
        Assert.AreEqual(("Int8", 0.0, true), (found.Precision, found.Sparsity, found.Holds));
    }

    /// <summary>By the formula int8 needs 0.05 zeros, float32 0.95.</summary>
    [TestMethod]
    public void A_size_is_reached_with_the_fewest_zeros_that_it_takes()
    {
        var trials = new FormulaTrials(PruningGoal.Size("24 MB"), (sparsity, _) => 0.9 - 0.1 * sparsity);
        var found = LimitStrategy.Find((LimitGoal)trials.Goal, trials);
        Assert.AreEqual("Int8", found.Precision);
        Assert.IsTrue(found is { Holds: true, IsFull: true });
        Assert.IsGreaterThan(24_000_000L, trials.Untrained(MaskPattern.Unstructured, found.Sparsity - 0.01, Precision.Int8).Bytes);
        Assert.AreEqual(2, trials.ShortRuns);
        Assert.AreEqual(1, trials.FullRuns);
    }

    [TestMethod]
    public void A_dense_model_that_is_small_enough_is_not_pruned()
    {
        var trials = new FormulaTrials(PruningGoal.Size("200 MB"), (_, _) => 0.9);
        Assert.AreEqual(("Float32", 0.0), (LimitStrategy.Find((LimitGoal)trials.Goal, trials).Precision, LimitStrategy.Find((LimitGoal)trials.Goal, trials).Sparsity));
        Assert.AreEqual(0, trials.ShortRuns + trials.FullRuns);
    }

    /// <summary>Blocks are a quarter faster: they reach the time with fewer zeros, and lose less.</summary>
    [TestMethod]
    public void Of_patterns_that_reach_a_latency_the_better_one_is_taken()
    {
        var trials = new FormulaTrials(PruningGoal.Latency("2 ms"), (sparsity, _) => 0.9 - 0.1 * sparsity);
        var found = LimitStrategy.Find((LimitGoal)trials.Goal, trials);
        Assert.AreEqual(("Int8", new Blocks(4, 1).Name), (found.Precision, found.Pattern));
        Assert.IsLessThanOrEqualTo(2.0, found.Milliseconds);
    }

    /// <summary>Zeros are divided among layers otherwise than in what was measured: short trials show by how much that matters.</summary>
    [TestMethod]
    public void What_trained_models_cost_corrects_the_sparsity()
    {
        var trials = new FormulaTrials(PruningGoal.Size("10 MB"), (sparsity, _) => 0.9 - 0.1 * sparsity) { CostOfTraining = 1.15 };
        var found = LimitStrategy.Find((LimitGoal)trials.Goal, trials);
        Assert.IsTrue(found is { Holds: true, IsFull: true });
        Assert.AreEqual(0.82, found.Sparsity, 1e-9, "(5 + 20 · 0.18) · 1.15 = 9.89");
        Assert.AreEqual(1, trials.FullRuns);
    }

    [TestMethod]
    public void Goals_out_of_reach_say_the_nearest()
    {
        var size = new FormulaTrials(PruningGoal.Size("4 MB"), (_, _) => 0.9);
        Assert.Contains("5.60 MB", Assert.ThrowsExactly<InvalidOperationException>(() => LimitStrategy.Find((LimitGoal)size.Goal, size)).Message);
        var latency = new FormulaTrials(PruningGoal.Latency("0.1 ms"), (_, _) => 0.9);
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => LimitStrategy.Find((LimitGoal)latency.Goal, latency)).Message;
        Assert.Contains("at most 0.1 ms", message);
        Assert.Contains("blocks of 4 × 1, 97.0 % zeros, Int8", message);
        Assert.AreEqual(0, size.FullRuns + latency.FullRuns);
    }

    private sealed class FormulaTrials(PruningGoal goal, Func<double, bool, double> metric) : ITrials
    {
        private readonly HashSet<(string, double, bool)> _runs = [];

        public PruningGoal Goal => goal;

        public double LossOfInt8 { get; init; }

        /// <summary>By how much trained models are larger and slower than those that were measured without training.</summary>
        public double CostOfTraining { get; init; } = 1;

        public int ShortRuns => _runs.Count(run => !run.Item3);

        public int FullRuns => _runs.Count(run => run.Item3);

        public SearchTrial Dense(Precision precision) => Of(MaskPattern.Unstructured, 0, precision, metric(0, true), 0, true);

        public SearchTrial Untrained(MaskPattern pattern, double sparsity, Precision precision) => Of(pattern, sparsity, precision, double.NaN, 0, false);

        public SearchTrial Pruned(MaskPattern pattern, double sparsity, Precision precision, bool isFull)
        {
            _runs.Add((pattern.Name, sparsity, isFull));
            return Of(pattern, sparsity, precision, metric(sparsity, isFull), isFull ? 3 : 1, isFull);
        }

        private SearchTrial Of(MaskPattern pattern, double sparsity, Precision precision, double value, int epochs, bool isFull)
        {
            bool isInt8 = precision == Precision.Int8;
            double cost = epochs > 0 ? CostOfTraining : 1;
            var trial = new SearchTrial(
                pattern.Name, sparsity, precision.ToString(), epochs, isFull, value - (isInt8 ? LossOfInt8 : 0), (long)(cost * ((isInt8 ? 5e6 : 20e6) + (1 - sparsity) * (isInt8 ? 20e6 : 80e6))),
                cost * ((isInt8 ? 1 : 2) + 8 * (1 - sparsity) * (pattern is Blocks ? 0.75 : 1)), Holds: false);
            return trial with { Holds = goal.IsReachedBy(trial, metric(0, true)) };
        }
    }
}
