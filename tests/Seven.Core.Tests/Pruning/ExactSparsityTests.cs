using FsCheck;
using FsCheck.Fluent;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Weights;

namespace Seven.Tests.Pruning;

/// <summary>The number of weights kept is floor(keep · N) at every step, to the weight, and those with the largest scores stay.</summary>
[TestClass]
[TestCategory("Kernels")]
public sealed class ExactSparsityTests
{
    [TestMethod]
    public void Random_shapes_targets_and_ties_end_exactly_at_the_target()
    {
        var cases =
            from sizes in Gen.Choose(1, 400).ListOf(4)
            from sparsity in Gen.Choose(0, 999)
            from steps in Gen.Choose(1, 6)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            from flags in Gen.Choose(0, 7)
            select (Sizes: sizes.ToArray(), Sparsity: sparsity / 1000.0, Steps: steps, Seed: seed, Ties: (flags & 1) != 0, PerLayer: (flags & 2) != 0, Magnitude: (flags & 4) != 0);
        Prop.ForAll(cases.ToArbitrary(), c => EndsExactly(c.Sizes, c.Sparsity, c.Steps, c.Seed, c.Ties, c.PerLayer, c.Magnitude))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [TestMethod]
    [DataRow(3_000_000, false)]
    [DataRow(3_000_000, true)]
    [DataRow(200_000, false)]
    public void Large_arrays_whose_threshold_is_sought_by_sampling_end_exactly_too(int count, bool ties)
    {
        foreach (double sparsity in new[] { 0.001, 0.5, 0.9, 0.9999 })
            Assert.IsTrue(EndsExactly([count / 3, count - count / 3], sparsity, 2, 42, ties, perLayer: false, magnitude: !ties));
    }

    [TestMethod]
    public void Sorted_and_constant_scores_are_no_trap_for_the_sample()
    {
        foreach (var valueOf in new Func<int, float>[] { i => i + 1, i => 300_001 - i, _ => 1, i => i < 290_000 ? 1e-30f : 1e30f, i => i % 64 == 0 ? 5 : 1 })
        {
            var weight = new TestWeight("w", 300_000);
            for (int i = 0; i < 300_000; i++)
                weight.Values[i] = valueOf(i);
            var pruner = new Pruner([weight], new PruningOptions { Criterion = new MagnitudeCriterion() }, new PruningSchedule(0.75, 0, 1), threads: 2);
            pruner.Step();
            Assert.AreEqual(225_000, weight.Zeros);
        }
    }

    /// <summary>The sample takes every 65th of so many weights. Here these alone are small, so that the bracket that it gives has exactly as many weights above it as are kept.</summary>
    [TestMethod]
    public void A_bracket_that_misses_the_threshold_by_nothing_is_not_trusted()
    {
        const int Count = 300_000, Stride = 65;
        var weight = new TestWeight("w", Count);
        for (int i = 0; i < Count; i++)
            weight.Values[i] = i % Stride == 0 ? 1 : 10;
        int small = (Count + Stride - 1) / Stride;
        var pruner = new Pruner([weight], new PruningOptions { Criterion = new MagnitudeCriterion() }, new PruningSchedule(small / (double)Count, 0, 1), threads: 1);

        pruner.Step();

        Assert.AreEqual(Count - weight.Zeros, pruner.Masks[0].Kept);
        Assert.IsInRange(small, small + 1, weight.Zeros);
        Assert.IsFalse(Enumerable.Range(0, Count).Any(i => weight.Values[i] == 1), "The smallest are removed first.");
    }

    /// <summary>With a limit, an array's best weights stay whatever the others', and the rest is shared out by one threshold: those that sorting says.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void No_layer_is_sparser_than_the_limit(bool ties)
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            double sparsity = 0.95 * random.NextDouble(), limit = sparsity + (1 - sparsity) * random.NextDouble() * random.NextDouble();
            TestWeight[] weights = [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => TestWeight.Random(random, $"{i}", random.Next(1, 40_000 / (i * i + 1) + 2), ties))];
            // Some arrays are so small in their values that one threshold would take all of them.
            for (int i = 0; i < weights.Length; i++)
                foreach (ref float value in weights[i].Values)
                    value = (value == 0 ? 0.5f : value) * (ties && random.Next(2) == 0 ? 1 : MathF.Pow(10, -i));
            float[][] before = [.. weights.Select(weight => weight.Values.ToArray())];
            var pruner = new Pruner(weights, new PruningOptions { Criterion = new MagnitudeCriterion(), Sparsity = sparsity, MaximumLayerSparsity = limit }, new PruningSchedule(sparsity, 0, 1));
            pruner.Step();

            long kept = (long)Math.Floor((1 - sparsity) * before.Sum(values => values.Length));
            Assert.AreEqual(kept, pruner.Masks.Sum(mask => (long)mask.Kept), $"seed {seed}");
            var (safe, free) = (new List<float>(), new List<float>());
            foreach (float[] values in before)
            {
                float[] sizes = [.. values.Select(MathF.Abs).OrderDescending()];
                int least = sizes.Length - (int)Math.Floor(limit * sizes.Length);
                safe.AddRange(sizes[..least]);
                free.AddRange(sizes[least..]);
            }

            float[] expected = [.. safe.Concat(free.OrderDescending().Take((int)kept - safe.Count)).Order()];
            float[] found = [.. weights.SelectMany(weight => weight.Values.ToArray()).Where(value => value != 0).Select(MathF.Abs).Order()];
            CollectionAssert.AreEqual(expected, found, $"seed {seed}");
        }
    }

    /// <summary>Where all scores are equal, or the limit is the target itself, whose numbers array by array are rounded up, the total stays exact.</summary>
    [TestMethod]
    [DataRow(0.7, 0.7)]
    [DataRow(0.7, 0.75)]
    [DataRow(0.9, 0.901)]
    public void With_a_limit_equal_scores_end_exactly_too(double sparsity, double limit)
    {
        TestWeight[] weights = [.. new[] { 7, 101, 20_003, 3 }.Select((count, i) => TestWeight.Random(new Random(i), $"{i}", count))];
        foreach (var weight in weights)
            weight.Values.Fill(1);
        foreach (var scope in Enum.GetValues<PruningScope>())
        {
            var pruner = new Pruner(weights, new PruningOptions { Criterion = new MagnitudeCriterion(), Sparsity = sparsity, MaximumLayerSparsity = limit, Scope = scope }, new PruningSchedule(sparsity, 0, 1));
            pruner.Step();
            long kept = scope == PruningScope.Global ? (long)Math.Floor((1 - sparsity) * weights.Sum(weight => weight.Values.Length)) : weights.Sum(weight => (long)Math.Floor((1 - sparsity) * weight.Values.Length));
            Assert.AreEqual(kept, pruner.Masks.Sum(mask => (long)mask.Kept), $"{scope}");
            foreach (var weight in weights)
                weight.Values.Fill(1);
        }
    }

    [TestMethod]
    public void A_limit_below_the_target_is_refused() => Assert.Contains("MaximumLayerSparsity", Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => new PruningOptions { Sparsity = 0.9, MaximumLayerSparsity = 0.85 }.Validated()).Message);

    [TestMethod]
    public void Of_equal_scores_the_first_stay()
    {
        var first = TestWeight.Random(new Random(1), "first", 100);
        var second = TestWeight.Random(new Random(2), "second", 100);
        first.Values.Fill(1);
        second.Values.Fill(1);
        var pruner = new Pruner([first, second], new PruningOptions { Criterion = new MagnitudeCriterion() }, new PruningSchedule(0.25, 0, 1));

        pruner.Step();

        Assert.AreEqual(100, pruner.Masks[0].Kept);
        Assert.IsTrue(Enumerable.Range(0, 100).All(i => pruner.Masks[1][i] == (i < 50)));
    }

    private static bool EndsExactly(int[] sizes, double sparsity, int steps, int seed, bool ties, bool perLayer, bool magnitude)
    {
        var random = new Random(seed);
        TestWeight[] weights = [.. sizes.Select((size, i) => TestWeight.Random(random, $"w{i}", size, ties))];
        var options = new PruningOptions
        {
            Sparsity = sparsity,
            Scope = perLayer ? PruningScope.PerLayer : PruningScope.Global,
            Criterion = magnitude ? new MagnitudeCriterion() : new SevenCriterion(),
        };
        var schedule = new PruningSchedule(sparsity, warmUpSteps: 1, steps);
        var pruner = new Pruner(weights, options, schedule, threads: 2);
        for (int step = 0; step < 1 + steps + 1; step++)
        {
            var before = pruner.Masks.Select(mask => mask.Copy()).ToList();
            foreach (var weight in weights)
                weight.Randomize(random, ties);
            pruner.Step();
            if (!IsRight(weights, pruner, before, schedule, step, perLayer))
                return false;
        }

        return true;
    }

    private static bool IsRight(TestWeight[] weights, Pruner pruner, List<PruningMask> before, PruningSchedule schedule, int step, bool perLayer)
    {
        int t = Math.Min(step - schedule.WarmUpSteps, schedule.PruningSteps - 1);
        for (int i = 0; i < weights.Length; i++)
        {
            if (!pruner.Masks[i].IsSubsetOf(before[i]) || weights[i].Zeros != weights[i].Values.Length - pruner.Masks[i].Kept)
                return false;
            if (perLayer && t >= 0 && pruner.Masks[i].Kept != schedule.Kept(t, weights[i].Values.Length))
                return false;
        }

        long all = weights.Sum(weight => (long)weight.Values.Length);
        bool counts = perLayer || pruner.Masks.Sum(mask => (long)mask.Kept) == (t < 0 ? all : schedule.Kept(t, all));
        bool scoresAreThere = schedule.PhaseOf(step) == PruningPhase.Pruning && pruner.Phase != PruningPhase.Recovery;
        return counts && (!scoresAreThere || (perLayer ? pruner.Layers.All(layer => KeepsTheLargest([layer])) : KeepsTheLargest(pruner.Layers)));
    }

    /// <summary>No kept score is below a score that was removed in this step.</summary>
    private static bool KeepsTheLargest(IReadOnlyList<LayerState> layers)
    {
        float smallestKept = float.PositiveInfinity, largestRemoved = float.NegativeInfinity;
        foreach (var layer in layers)
            for (int i = 0; i < layer.Scores.Length; i++)
                if (layer.Mask[i])
                    smallestKept = Math.Min(smallestKept, layer.Scores[i]);
                else
                    largestRemoved = Math.Max(largestRemoved, layer.Scores[i]);
        return smallestKept >= largestRemoved;
    }
}
