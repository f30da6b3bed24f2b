using Seven.Numerics;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Weights;

namespace Seven.Tests.Pruning;

/// <summary>Phases, patterns, resuming, and what is refused.</summary>
[TestClass]
public sealed class PrunerTests
{
    [TestMethod]
    public void Nothing_is_pruned_in_the_warm_up_and_nothing_more_in_recovery()
    {
        var weight = TestWeight.Random(new Random(1), "w", 1000);
        var pruner = new Pruner([weight], new PruningOptions(), new PruningSchedule(0.8, warmUpSteps: 3, pruningSteps: 4));

        var sparsities = Enumerable.Range(0, 10).Select(_ =>
        {
            pruner.Step();
            return pruner.Sparsity;
        }).ToList();

        CollectionAssert.AreEqual(new double[] { 0, 0, 0 }, sparsities.Take(3).ToArray());
        Assert.IsTrue(sparsities.Skip(2).Take(5).Zip(sparsities.Skip(3)).All(pair => pair.Second > pair.First || pair.First > 0.79));
        Assert.IsTrue(sparsities.Skip(6).All(sparsity => sparsity == sparsities[6]));
        Assert.AreEqual(1000 - (int)Math.Floor((1 - 0.8) * 1000), weight.Zeros);
    }

    [TestMethod]
    public void Scores_and_memory_are_given_back_after_the_last_pruning_step()
    {
        var weight = TestWeight.Random(new Random(1), "w", 1000);
        var pruner = new Pruner([weight], new PruningOptions(), new PruningSchedule(0.8, 0, 2));
        pruner.Step();
        Assert.HasCount(1000, pruner.Layers[0].Scores);
        pruner.Step();
        Assert.IsEmpty(pruner.Layers[0].Scores);
        Assert.IsEmpty(pruner.Layers[0].Memory);
    }

    [TestMethod]
    public void With_prune_every_epoch_only_ends_of_epochs_and_the_last_step_prune()
    {
        var weight = TestWeight.Random(new Random(1), "w", 1000);
        var pruner = new Pruner([weight], new PruningOptions { PruneEvery = PruneEvery.Epoch }, new PruningSchedule(0.8, 0, 5));
        var pruned = new List<bool>();
        for (int step = 0; step < 6; step++)
        {
            pruned.Add(pruner.Step());
            if (step == 2)
                pruned.Add(pruner.EndEpoch());
        }

        CollectionAssert.AreEqual(new[] { false, false, false, true, false, true, false }, pruned);
        Assert.AreEqual(801, weight.Zeros);
    }

    [TestMethod]
    public void Zeros_of_an_earlier_run_stay_and_count()
    {
        var random = new Random(1);
        TestWeight[] weights = [TestWeight.Random(random, "a", 700), TestWeight.Random(random, "b", 300)];
        var first = new Pruner(weights, new PruningOptions(), new PruningSchedule(0.5, 0, 3));
        for (int step = 0; step < 3; step++)
            first.Step();
        var before = first.Masks.Select(mask => mask.Copy()).ToList();

        // 0.5 is reached already, so the first steps of the new schedule, which call for less, remove nothing.
        var second = new Pruner(weights, new PruningOptions(), new PruningSchedule(0.9, 0, 20));
        Assert.AreEqual(0.5, second.Sparsity, 1e-9);
        second.Step();
        Assert.AreEqual(0.5, second.Sparsity, 1e-9);
        for (int step = 1; step < 20; step++)
        {
            foreach (var weight in weights)
                weight.Randomize(random);
            second.Step();
        }

        Assert.IsTrue(second.Masks.Zip(before).All(pair => pair.First.IsSubsetOf(pair.Second)));
        Assert.AreEqual(1000 - (int)Math.Floor((1 - 0.9) * 1000), weights.Sum(weight => weight.Zeros));
    }

    [TestMethod]
    public void An_array_of_zeros_is_not_pruned_yet_and_no_sparsity_holds_no_zeros()
    {
        var weights = TestWeight.Random(new Random(1), "w", 100);
        weights.Values[7] = 0;
        Assert.AreEqual(100, new Pruner([new TestWeight("zeros", 100)], new PruningOptions(), new PruningSchedule(0.5, 0, 1)).Report().Kept);
        Assert.AreEqual(100, new Pruner([weights], new PruningOptions(), new PruningSchedule(0, 0, 1)).Report().Kept);
        Assert.AreEqual(99, new Pruner([weights], new PruningOptions(), new PruningSchedule(0.5, 0, 1)).Report().Kept);
    }

    [TestMethod]
    public void Less_sparsity_than_there_is_already_is_refused()
    {
        var weight = TestWeight.Random(new Random(1), "w", 100);
        weight.Values[..60].Clear();
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new Pruner([weight], new PruningOptions(), new PruningSchedule(0.5, 0, 1))).Message, "60.00");
    }

    [TestMethod]
    public void A_run_can_be_finished_early_once_there_are_scores()
    {
        var weight = TestWeight.Random(new Random(1), "w", 1000);
        var pruner = new Pruner([weight], new PruningOptions(), new PruningSchedule(0.8, 1, 10));
        pruner.Step();
        Assert.ThrowsExactly<InvalidOperationException>(() => pruner.Finish());
        pruner.Step();
        Assert.IsTrue(pruner.Finish());
        Assert.AreEqual(801, weight.Zeros);
        Assert.AreEqual(PruningPhase.Recovery, pruner.Phase);
        Assert.IsFalse(pruner.Finish());
    }

    [TestMethod]
    public void Patterns_include_and_exclude_by_name()
    {
        TestWeight[] weights = [new("encoder.0.query", 10), new("encoder.0.output", 10), new("encoder.1.query", 10), new("head", 10) { IsPrunable = false }];
        CollectionAssert.AreEqual(new[] { "encoder.0.query", "encoder.0.output", "encoder.1.query" }, NamesWith(new PruningOptions()));
        CollectionAssert.AreEqual(new[] { "encoder.0.query", "encoder.1.query" }, NamesWith(new PruningOptions { Include = ["*query"] }));
        CollectionAssert.AreEqual(new[] { "encoder.1.query" }, NamesWith(new PruningOptions { Exclude = ["encoder.0.*"] }));
        CollectionAssert.AreEqual(new[] { "head" }, NamesWith(new PruningOptions { Include = ["head"] }));

        string[] NamesWith(PruningOptions options) => [.. new Pruner(weights, options, new PruningSchedule(0.5, 0, 1)).Names];
    }

    [TestMethod]
    public void Patterns_that_match_nothing_are_an_error_that_names_them()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            new Pruner([new TestWeight("encoder.query", 10)], new PruningOptions { Include = ["decoder*"] }, new PruningSchedule(0.5, 0, 1)));
        StringAssert.Contains(error.Message, "decoder*");
        StringAssert.Contains(error.Message, "encoder.query");
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(-0.1)]
    [DataRow(double.NaN)]
    public void Sparsity_outside_its_range_is_refused(double sparsity)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PruningOptions { Sparsity = sparsity }.Validated());
        StringAssert.Contains(error.Message, "Sparsity");
        StringAssert.Contains(error.Message, "[0, 1)");
    }

    [TestMethod]
    public void A_score_that_is_not_finite_is_refused_by_name()
    {
        var weight = TestWeight.Random(new Random(1), "w", 100);
        weight.Gradient[41] = float.NaN;
        var pruner = new Pruner([weight], new PruningOptions(), new PruningSchedule(0.5, 0, 2));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => pruner.Step());
        StringAssert.Contains(error.Message, "w has the score NaN at index 41");
    }

    [TestMethod]
    public void Resumed_in_the_middle_it_ends_in_the_same_masks()
    {
        string path = Path.Combine(TestFolders.Temporary(), "pruner.safetensors");
        var whole = RunFrom(null, 0);
        RunFrom(null, 0, saveAt: 4, path);
        var resumed = RunFrom(path, 4);
        Assert.IsTrue(whole.IsSubsetOf(resumed) && resumed.IsSubsetOf(whole));

        static PruningMask RunFrom(string? saved, int start, int saveAt = -1, string path = "")
        {
            var weight = TestWeight.Random(new Random(3), "w", 500);
            var pruner = new Pruner([weight], new PruningOptions(), new PruningSchedule(0.9, 1, 8));
            if (saved is not null)
                pruner.Restore(saved);
            for (int step = start; step < 10; step++)
            {
                weight.Randomize(new Random(100 + step));
                pruner.Step();
                if (step == saveAt - 1)
                {
                    pruner.Save(path);
                    break;
                }
            }

            return pruner.Masks[0];
        }
    }

    [TestMethod]
    public void Zeros_of_either_sign_are_equal_scores_of_which_the_first_stay()
    {
        var weight = TestWeight.Random(new Random(3), "w", 200);
        var pruner = new Pruner([weight], new PruningOptions { Criterion = new SignedZeros() }, new PruningSchedule(0.5, 0, 1));
        pruner.Step();
        Assert.IsTrue(Enumerable.Range(0, 200).All(i => pruner.Masks[0][i] == (i < 100)));
    }

    [TestMethod]
    public void A_network_that_has_exactly_the_zeros_asked_for_is_accepted_and_one_more_is_refused()
    {
        var weight = TestWeight.Random(new Random(3), "w", 100);
        weight.Values[..50].Clear();
        var pruner = new Pruner([weight], new PruningOptions { Sparsity = 0.5 }, new PruningSchedule(0.5, 0, 1));
        pruner.Step();
        Assert.AreEqual(50, weight.Zeros);

        weight.Values[50] = 0;
        string message = Assert.ThrowsExactly<ArgumentException>(() => new Pruner([weight], new PruningOptions { Sparsity = 0.5 }, new PruningSchedule(0.5, 0, 1))).Message;
        Assert.Contains("pruned already to 51.00", message);
    }

    [TestMethod]
    public void An_epoch_that_ends_with_the_warm_up_prunes_nothing()
    {
        var pruner = new Pruner([TestWeight.Random(new Random(3), "w", 100)], new PruningOptions { PruneEvery = PruneEvery.Epoch }, new PruningSchedule(0.5, 2, 4));
        pruner.Step();
        pruner.Step();
        Assert.IsFalse(pruner.EndEpoch());
        pruner.Step();
        Assert.IsTrue(pruner.EndEpoch());
    }

    [TestMethod]
    public void Restored_after_pruning_it_holds_the_mask_alone_and_other_weights_are_pruned_by_it()
    {
        string path = Path.Combine(TestFolders.Temporary(), "pruner.safetensors");
        var weight = TestWeight.Random(new Random(3), "w", 500);
        var pruner = new Pruner([weight], new PruningOptions(), new PruningSchedule(0.9, 0, 2));
        pruner.Step();
        pruner.Step();
        pruner.Save(path);

        var whole = TestWeight.Random(new Random(4), "w", 500);
        var restored = new Pruner([whole], new PruningOptions(), new PruningSchedule(0.9, 0, 2));
        restored.Restore(path);

        Assert.AreEqual(weight.Zeros, whole.Zeros);
        Assert.IsTrue(Enumerable.Range(0, 500).All(i => whole.Values[i] != 0 == pruner.Masks[0][i]));
        Assert.IsEmpty(restored.Layers[0].Scores);
        Assert.IsEmpty(restored.Layers[0].Memory);
    }

    [TestMethod]
    public void State_of_another_criterion_is_refused()
    {
        string path = Path.Combine(TestFolders.Temporary(), "pruner.safetensors");
        TestWeight[] weights = [TestWeight.Random(new Random(3), "w", 50)];
        new Pruner(weights, new PruningOptions(), new PruningSchedule(0.9, 1, 8)).Save(path);
        var other = new Pruner(weights, new PruningOptions { Criterion = new MagnitudeCriterion() }, new PruningSchedule(0.9, 1, 8));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => other.Restore(path)).Message, "SEVEN");
    }

    [TestMethod]
    public void The_report_counts_layers_and_the_share_of_the_model()
    {
        TestWeight[] weights = [TestWeight.Random(new Random(1), "a", 60), TestWeight.Random(new Random(2), "b", 40), new("embedding", 100) { IsPrunable = false }];
        var pruner = new Pruner(weights, new PruningOptions(), new PruningSchedule(0.5, 0, 1));
        pruner.Step();
        var report = pruner.Report();
        Assert.AreEqual(100, report.Weights);
        Assert.AreEqual(50, report.Kept);
        Assert.AreEqual(0.5, report.PrunableShare);
        StringAssert.Contains(report.ToString(), "50.0 % of the model's 200 parameters can be pruned");
    }

    /// <summary>Scores of zero with the signs of the weights.</summary>
    private sealed class SignedZeros : ICriterion
    {
        public string Name => "signed zeros";

        public int MemoryArrays => 0;

        public void Update(int pruningStep, IScoredWeights weights) => weights.Apply(default(Step));

        private readonly struct Step : ICriterionStep
        {
            public void Apply<TLanes, TValue>(TValue weight, TValue gradient, ref TValue score, ref TValue first, ref TValue second, ref TValue third)
                where TLanes : struct, ILanes<TValue> => score = TLanes.Multiply(weight, TLanes.All(0));
        }
    }
}
