using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Pruning.Patterns;
using Seven.Tests.Training;
using Seven.Training;

namespace Seven.Tests.Pruning;

/// <summary>Criteria whose removed weights may return, against a simulation of single weights in double precision.</summary>
[TestClass]
public sealed class ReturningWeightsTests
{
    private const int Count = 300;
    private const int Steps = 12;

    /// <summary>What is left at 80 % sparsity.</summary>
    private static readonly int s_left = (int)Math.Floor((1 - 0.8) * Count);

    private readonly string _folder = TestFolders.Temporary();

    public static IEnumerable<object[]> Seeds => Enumerable.Range(0, 8).Select(seed => new object[] { seed });

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>|θ · g| of all weights, with the values that removed ones had; the largest stay.</summary>
    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Force_keeps_the_largest_of_all_at_each_step(int seed)
    {
        var random = new Random(seed);
        var weight = TestWeight.Random(random, "w", Count);
        var schedule = new PruningSchedule(0.8, 0, Steps, curve: SparsityCurve.Exponential);
        var pruner = new Pruner([weight], new PruningOptions { Criterion = new ForceCriterion() }, schedule, threads: 1 + seed % 3);
        double[] all = [.. weight.Values.ToArray().Select(value => (double)value)];
        bool[] kept = [.. Enumerable.Repeat(true, Count)];
        int returned = 0;
        for (int step = 0; step < Steps; step++)
        {
            float[] gradient = Gradient(random, weight);
            if (seed % 2 == 0)
                pruner.MaskGradients();
            // An optimizer moves the weights that are kept.
            for (int i = 0; i < Count; i++)
            {
                if (!kept[i])
                    continue;
                weight.Values[i] -= 0.01f * gradient[i];
                all[i] = weight.Values[i];
            }

            pruner.Step();
            var best = Enumerable.Range(0, Count).OrderByDescending(i => Math.Abs(all[i] * gradient[i])).Take((int)schedule.Kept(step, Count)).ToHashSet();
            returned += best.Count(i => !kept[i]);
            for (int i = 0; i < Count; i++)
            {
                kept[i] = best.Contains(i);
                Assert.AreEqual(kept[i] ? all[i] : 0, weight.Values[i], 1e-6, $"step {step}, index {i}");
            }
        }

        Assert.IsGreaterThan(0, returned);
        Gradient(random, weight);
        pruner.Step();
        Assert.AreEqual(Count - (int)schedule.Kept(Steps - 1, Count), weight.Zeros, "nothing returns once pruning is over");
        Assert.IsNull(pruner.Layers[0].Returning);
    }

    /// <summary>Weights with σ(S) at or below τ go, others stay; the last step goes to the target.</summary>
    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void Soft_movement_follows_its_threshold_and_ends_at_the_target(int seed)
    {
        var random = new Random(seed);
        var weight = TestWeight.Random(random, "w", Count);
        var criterion = new SoftMovementCriterion { LearningRate = 0.6, Penalty = 0.05 };
        var pruner = new Pruner([weight], new PruningOptions { Criterion = criterion }, new PruningSchedule(0.8, 0, Steps));
        var counts = new List<int>();
        for (int step = 0; step < Steps; step++)
        {
            Gradient(random, weight);
            pruner.Step();
            if (step == Steps - 1)
                break;
            int above = pruner.Layers[0].Scores.Count(score => 1 / (1 + Math.Exp(-score)) > 0.1);
            counts.Add(Count - weight.Zeros);
            Assert.AreEqual(Math.Max(above, s_left), Count - weight.Zeros, $"step {step}");
        }

        Assert.IsTrue(counts.Distinct().Count() > 2, "the threshold takes effect");
        Assert.AreEqual(Count - s_left, weight.Zeros);
    }

    [TestMethod]
    public void Zeros_of_an_earlier_run_stay_zeros()
    {
        var random = new Random(1);
        var weight = TestWeight.Random(random, "w", Count);
        for (int i = 0; i < 100; i++)
            weight.Values[3 * i] = 0;
        var pruner = new Pruner([weight], new PruningOptions { Criterion = new ForceCriterion() }, new PruningSchedule(0.6, 0, Steps));
        for (int step = 0; step < Steps; step++)
        {
            Gradient(random, weight);
            pruner.Step();
            for (int i = 0; i < 100; i++)
                Assert.AreEqual(0, weight.Values[3 * i]);
        }

        Assert.AreEqual(Count - (int)Math.Floor(0.4 * Count), weight.Zeros);
    }

    [TestMethod]
    public void Blocks_return_as_a_whole()
    {
        var random = new Random(2);
        var weight = TestWeight.Random(random, "w", 20, 15);
        var pruner = new Pruner([weight], new PruningOptions { Criterion = new ForceCriterion(), Pattern = new Blocks(4, 1) }, new PruningSchedule(0.6, 0, Steps));
        var before = new HashSet<int>();
        bool returned = false;
        for (int step = 0; step < Steps; step++)
        {
            Gradient(random, weight);
            pruner.Step();
            var gone = Enumerable.Range(0, 75).Where(block => Enumerable.Range(0, 4).All(row => weight.Values[(4 * (block / 15) + row) * 15 + block % 15] == 0)).ToHashSet();
            Assert.AreEqual(4 * gone.Count, weight.Zeros);
            returned |= before.Except(gone).Any();
            before = gone;
        }

        Assert.IsTrue(returned);
        Assert.HasCount(75 - (int)Math.Floor(0.4 * 75), before);
    }

    [TestMethod]
    public void A_threshold_is_for_single_weights() => Assert.Contains("soft movement", Assert.ThrowsExactly<ArgumentException>(
        () => new Pruner([TestWeight.Random(new Random(1), "w", 8, 8)], new PruningOptions { Criterion = new SoftMovementCriterion(), Pattern = new Blocks(4, 1) }, new PruningSchedule(0.5, 0, 2))).Message);

    [TestMethod]
    [DataRow("FORCE", PruningTiming.DuringFineTuning)]
    [DataRow("FORCE", PruningTiming.BeforeFineTuning)]
    [DataRow("soft movement", PruningTiming.DuringFineTuning)]
    public void A_run_that_was_cut_off_goes_on_to_the_same_weights(string criterion, PruningTiming timing)
    {
        var pruning = new PruningOptions { Sparsity = 0.7, Timing = timing, Criterion = criterion == "FORCE" ? new ForceCriterion() : new SoftMovementCriterion { LearningRate = 0.3 } };
        var options = new FineTuningOptions { Epochs = 3, BatchSize = 8, LearningRate = 3e-3, Seed = 5, SparseFrom = 0.3, Pruning = pruning };
        var whole = NewModel();
        var report = FineTuner.For(whole, options).Run(TinyTask.Texts(200, seed: 1)).Pruning!;
        Assert.AreEqual(0.7, report.Sparsity, 1e-3);
        foreach (int cut in new[] { 12, 25, 60 })
        {
            string path = Path.Combine(_folder, $"{cut}");
            using var source = new CancellationTokenSource();
            FineTuner.For(NewModel(), options with { CheckpointPath = path }).Run(TinyTask.Texts(200, seed: 1), progress: new Cancelling(cut, source), cancellationToken: source.Token);
            var resumed = NewModel();
            FineTuner.For(resumed, options with { CheckpointPath = path }).Run(TinyTask.Texts(200, seed: 1));
            for (int i = 0; i < whole.Parameters.Count; i++)
                CollectionAssert.AreEqual(whole.Parameters[i].Values.ToArray(), resumed.Parameters[i].Values.ToArray(), $"cut at {cut}");
        }
    }

    [TestMethod]
    [DataRow(PruningTiming.DuringFineTuning)]
    [DataRow(PruningTiming.BeforeFineTuning)]
    public void Grasp_prunes_at_once_and_the_model_learns(PruningTiming timing)
    {
        var model = NewModel();
        var options = new FineTuningOptions { Epochs = 4, BatchSize = 8, LearningRate = 3e-3, Seed = 5, Pruning = new PruningOptions { Sparsity = 0.5, Timing = timing, Criterion = new GraspCriterion() } };
        var result = FineTuner.For(model, options).Run(TinyTask.Texts(200, seed: 1), TinyTask.Texts(80, seed: 2));
        Assert.AreEqual(0.5, result.Pruning!.Sparsity, 1e-3);
        Assert.IsGreaterThan(0.9, result.Evaluation!["accuracy"]);
    }

    private static EncoderModel<TokenizedText, LabeledText, float[]> NewModel() => EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 3);

    private static float[] Gradient(Random random, TestWeight weight)
    {
        for (int i = 0; i < weight.Gradient.Length; i++)
            weight.Gradient[i] = random.NextSingle() - 0.5f;
        return weight.Gradient.ToArray();
    }

    private sealed class Cancelling(int update, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Update == update)
                source.Cancel();
        }
    }
}
