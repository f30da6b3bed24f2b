using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Numerics;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Training;

namespace Seven.Tests.Training;

/// <summary>Whole runs: they learn, prune exactly, resume bit by bit, and stop on cancellation.</summary>
[TestClass]
public sealed class FineTunerTests
{
    private static readonly FineTuningOptions Options = new() { Epochs = 3, BatchSize = 8, LearningRate = 3e-3, Seed = 5 };
    private static readonly LabeledText[] Train = TinyTask.Texts(200, seed: 1);
    private static readonly LabeledText[] Validation = TinyTask.Texts(80, seed: 2);

    [TestMethod]
    public void It_learns()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var result = FineTuner.For(model, Options).Run(Train, Validation);
        Assert.AreEqual(StopReason.Finished, result.Stopped);
        Assert.HasCount(3, result.History);
        Assert.IsGreaterThan(0.95, result.Evaluation!["accuracy"]);
        Assert.AreEqual(result.Evaluation.Loss, FineTuner.For(model).Evaluate(Validation).Loss, 1e-12);
    }

    [TestMethod]
    [DataRow(PruningTiming.DuringFineTuning, 1, PruneEvery.Step, 0.5)]
    [DataRow(PruningTiming.DuringFineTuning, 1, PruneEvery.Step, 1.0)]
    [DataRow(PruningTiming.DuringFineTuning, 3, PruneEvery.Step, 0.5)]
    [DataRow(PruningTiming.DuringFineTuning, 1, PruneEvery.Epoch, 0.5)]
    [DataRow(PruningTiming.BeforeFineTuning, 1, PruneEvery.Step, 0.5)]
    [DataRow(PruningTiming.BeforeFineTuning, 1, PruneEvery.Step, 1.0)]
    public void It_prunes_exactly_and_no_weight_returns(PruningTiming mode, int accumulation, PruneEvery every, double sparseFrom)
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var pruning = new PruningOptions { Sparsity = 0.9, Timing = mode, PruneEvery = every };
        var zeros = new HashSet<(string, int)>();
        var progress = new Watcher(_ =>
        {
            foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
                for (int i = 0; i < parameter.Count; i++)
                    if (parameter.Values[i] == 0)
                        zeros.Add((parameter.Name, i));
                    else
                        Assert.DoesNotContain((parameter.Name, i), zeros, $"{parameter.Name}[{i}] returned");
        });

        var result = FineTuner.For(model, Options with { Pruning = pruning, AccumulationSteps = accumulation, WeightDecay = 0.1, MaximumGradientNorm = 0.1, SparseFrom = sparseFrom })
            .Run(Train, Validation, progress);

        long all = model.Parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => (long)parameter.Count);
        long target = all - (long)Math.Floor((1 - 0.9) * all);
        Assert.HasCount((int)target, zeros);
        Assert.AreEqual(target, model.Parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => (long)parameter.Values.Count(0f)));
        Assert.AreEqual(all - target, result.Pruning!.Kept);
    }

    [TestMethod]
    public void Accumulation_trains_and_prunes_as_one_large_batch_does()
    {
        var shape = TinyTask.Shape with { HiddenDropout = 0, AttentionDropout = 0 };
        var (whole, parts) = (EncoderModel.Create(shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1), EncoderModel.Create(shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1));
        var options = Options with { Epochs = 2, Pruning = new PruningOptions() };
        FineTuner.For(whole, options with { BatchSize = 24 }).Run(Train);
        var result = FineTuner.For(parts, options with { BatchSize = 8, AccumulationSteps = 3 }).Run(Train);

        Assert.AreEqual(0.8, result.Pruning!.Sparsity, 1e-3);
        foreach (var (a, b) in whole.Parameters.Zip(parts.Parameters))
            for (int i = 0; i < a.Count; i++)
                Assert.AreEqual(a.Values[i], b.Values[i], 2e-3, a.Name);
    }

    [TestMethod]
    [DataRow(PruningTiming.DuringFineTuning)]
    [DataRow(PruningTiming.BeforeFineTuning)]
    public void Sparse_layers_train_as_dense_ones_do(PruningTiming mode)
    {
        var options = Options with { Pruning = new PruningOptions { Timing = mode } };
        var (dense, sparse) = (EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1), EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1));
        var expected = FineTuner.For(dense, options with { SparseFrom = 1 }).Run(Train, Validation);
        var found = FineTuner.For(sparse, options with { SparseFrom = 0 }).Run(Train, Validation);

        Assert.AreEqual(expected.Evaluation!["accuracy"], found.Evaluation!["accuracy"], 0.03);
        foreach (var (a, b) in expected.History.Zip(found.History))
            Assert.AreEqual(a.TrainingLoss, b.TrainingLoss, 0.02);
        // A weight whose score is beside the threshold may fall to the other side by a last bit.
        long different = dense.Parameters.Zip(sparse.Parameters).Sum(pair => Enumerable.Range(0, pair.First.Count).LongCount(i => pair.First.Values[i] == 0 != (pair.Second.Values[i] == 0)));
        Assert.IsLessThan(dense.ParameterCount / 50, different);
    }

    [TestMethod]
    public void Layers_that_keep_more_stay_dense_beside_sparse_ones()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        foreach (ref float value in model.Parameters.First(parameter => parameter.Name.Contains("query", StringComparison.Ordinal)).Values)
            value *= 100;
        var pruning = new PruningOptions { Criterion = new MagnitudeCriterion() };
        var result = FineTuner.For(model, Options with { Pruning = pruning, SparseFrom = 0.8 }).Run(Train, Validation);
        Assert.IsTrue(result.Pruning!.Layers.Any(layer => layer.Sparsity < 0.5) && result.Pruning.Layers.Any(layer => layer.Sparsity > 0.8));
        Assert.AreEqual(result.Pruning.Weights - result.Pruning.Kept, model.Parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => (long)parameter.Values.Count(0f)));
    }

    [TestMethod]
    public void After_pruning_moments_and_gradients_are_those_of_kept_weights()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var pruner = new Pruner(model.Parameters, new PruningOptions { Sparsity = 0.9 }, new PruningSchedule(0.9, 0, 1));
        var optimizer = new AdamW(model.Parameters, 0, Workers.Sequential);
        var sparse = new SparseTraining(model.Parameters, pruner, _ => 0.5, Workers.Sequential);
        var random = new Random(1);
        foreach (var parameter in model.Parameters)
            foreach (ref float value in parameter.Gradient)
                value = random.NextSingle();
        optimizer.Step(0.01);
        pruner.Step();
        optimizer.Mask(pruner);
        var before = model.Parameters.ToDictionary(parameter => parameter.Name, optimizer.MomentsOf);
        sparse.Follow(pruned: true, optimizer);

        long all = optimizer.Trainables.Sum(trainable => (long)trainable.Values.Length);
        Assert.AreEqual(model.ParameterCount - pruner.Masks.Sum(mask => (long)mask.Count - mask.Kept), all);
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsPrunable))
        {
            var (first, second) = sparse.DenseMoments(parameter, optimizer)!.Value;
            CollectionAssert.AreEqual(before[parameter.Name].First, first);
            CollectionAssert.AreEqual(before[parameter.Name].Second, second);
            Assert.IsFalse(parameter.Gradient.ContainsAnyExcept(0f), "the dense gradient was dropped");
        }
    }

    [TestMethod]
    public void Equal_seeds_give_equal_weights_on_any_number_of_threads()
    {
        CollectionAssert.AreEqual(Run(1), Run(3));
        CollectionAssert.AreNotEqual(Run(1), Run(1, seed: 6));

        static float[] Run(int threads, int seed = 5)
        {
            var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
            FineTuner.For(model, Options with { Threads = threads, Seed = seed, Epochs = 1, Pruning = new PruningOptions() }).Run(Train);
            return Weights(model);
        }
    }

    [TestMethod]
    [DataRow(PruningTiming.DuringFineTuning, 7, null)]
    [DataRow(PruningTiming.DuringFineTuning, 30, null)]
    [DataRow(PruningTiming.DuringFineTuning, 60, null)]
    [DataRow(PruningTiming.BeforeFineTuning, 5, null)]
    [DataRow(PruningTiming.BeforeFineTuning, 50, null)]
    [DataRow(PruningTiming.DuringFineTuning, 25, 0.3)]
    [DataRow(PruningTiming.DuringFineTuning, 60, 0.3)]
    [DataRow(PruningTiming.DuringFineTuning, 60, 1.0)]
    [DataRow(PruningTiming.BeforeFineTuning, 20, 0.3)]
    [DataRow(PruningTiming.BeforeFineTuning, 50, 0.3)]
    public void Cancelled_and_resumed_it_ends_in_the_same_weights_bit_by_bit(PruningTiming mode, int cancelAfter, double? sparseFrom)
    {
        var options = Options with { Pruning = new PruningOptions { Timing = mode }, SparseFrom = sparseFrom };
        var whole = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var expected = FineTuner.For(whole, options).Run(Train, Validation);

        string path = Path.Combine(TestFolders.Temporary(), "checkpoint.safetensors");
        var resumed = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        using var source = new CancellationTokenSource();
        var watcher = new Watcher(progress =>
        {
            if (progress.Update == cancelAfter)
                source.Cancel();
        });
        var first = FineTuner.For(resumed, options with { CheckpointPath = path }).Run(Train, Validation, watcher, source.Token);
        Assert.AreEqual(StopReason.Cancelled, first.Stopped);
        var second = FineTuner.For(resumed, options with { CheckpointPath = path }).Run(Train, Validation);

        Assert.AreEqual(StopReason.Finished, second.Stopped);
        CollectionAssert.AreEqual(Weights(whole), Weights(resumed));
        Assert.AreEqual(expected.BestEpoch, second.BestEpoch);
        Assert.AreEqual(string.Join("; ", expected.History.Select(epoch => $"{epoch.TrainingLoss} {epoch.Evaluation}")), string.Join("; ", second.History.Select(epoch => $"{epoch.TrainingLoss} {epoch.Evaluation}")));
    }

    /// <summary>Each metric chooses an epoch in which it is largest; the metrics' own order is else kept.</summary>
    [TestMethod]
    public void The_best_epoch_is_chosen_by_the_metric_asked_for()
    {
        LabeledText[] few = Train[..40];
        foreach (string metric in new[] { "accuracy", "macro F1", "Matthews" })
        {
            var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
            var result = FineTuner.For(model, Options with { Epochs = 4, BestBy = metric }).Run(few, Validation);
            Assert.AreEqual(metric, result.Evaluation!.Primary.Name);
            Assert.HasCount(3, result.Evaluation.Metrics);
            Assert.AreEqual(result.History.Max(epoch => epoch.Evaluation![metric]), result.Evaluation[metric]);
        }

        var error = Assert.ThrowsExactly<ArgumentException>(() => FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels)), Options with { BestBy = "F2" }).Run(few, Validation));
        Assert.Contains("'F2'; expected one of accuracy, macro F1, Matthews", error.Message);
        error = Assert.ThrowsExactly<ArgumentException>(() => FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels)), Options with { BestBy = "accuracy" }).Run(few));
        Assert.Contains("no validation examples", error.Message);
    }

    [TestMethod]
    public void A_checkpoint_of_another_run_is_refused_and_kept()
    {
        string path = Path.Combine(TestFolders.Temporary(), "checkpoint.safetensors");
        FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels)), Options with { Epochs = 1, CheckpointPath = path }).Run(Train);
        byte[] before = File.ReadAllBytes(path);
        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels)), Options with { Epochs = 1, LearningRate = 1e-4, CheckpointPath = path }).Run(Train));
        StringAssert.Contains(error.Message, "another run");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void A_loss_that_is_not_finite_stops_at_its_step_and_keeps_the_best_weights()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        string path = Path.Combine(TestFolders.Temporary(), "checkpoint.safetensors");
        float[] atEndOfEpoch = [];
        var watcher = new Watcher(progress =>
        {
            if (progress.Finished is not null)
                atEndOfEpoch = Weights(model);
            if (progress.Update == 30)
                model.Parameters[0].Values.Fill(float.PositiveInfinity);
        });
        var error = Assert.ThrowsExactly<TrainingDivergedException>(() => FineTuner.For(model, Options with { CheckpointPath = path }).Run(Train, Validation, watcher));
        Assert.AreEqual(31, error.Update);
        CollectionAssert.AreEqual(atEndOfEpoch, Weights(model));
        Assert.IsTrue(File.Exists(path));
    }

    /// <summary>The numbers of an error are those of the progress, in which updates that prune held weights come first.</summary>
    [TestMethod]
    [DataRow(3)]
    [DataRow(8)]
    public void A_loss_that_is_not_finite_is_told_with_the_number_that_progress_has(int lastGood)
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var watcher = new Watcher(progress =>
        {
            if (progress.Update == lastGood)
                model.Parameters[0].Values.Fill(float.NaN);
        });
        var pruning = new PruningOptions { Timing = PruningTiming.BeforeFineTuning, PruningSteps = StepCount.Steps(5) };
        Assert.AreEqual(lastGood + 1, Assert.ThrowsExactly<TrainingDivergedException>(() => FineTuner.For(model, Options with { Pruning = pruning }).Run(Train, Validation, watcher)).Update);
    }

    [TestMethod]
    public void It_stops_early_but_not_before_pruning_is_over()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var options = Options with { Epochs = 30, Patience = 2, Pruning = new PruningOptions { WarmUp = StepCount.Steps(25), PruningSteps = StepCount.Steps(50) } };
        var result = FineTuner.For(model, options).Run(Train, Validation);
        Assert.AreEqual(StopReason.NoImprovement, result.Stopped);
        Assert.IsGreaterThanOrEqualTo(3, result.BestEpoch);
        Assert.HasCount(result.BestEpoch + 2, result.History);
        Assert.AreEqual(0.8, result.Pruning!.Sparsity, 1e-3);
    }

    /// <summary>At a learning rate of almost nothing no epoch of the warm-up is better than the one before.</summary>
    [TestMethod]
    public void Patience_does_not_run_out_during_a_long_warm_up()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var options = Options with { Epochs = 12, LearningRate = 1e-12, Patience = 2, Pruning = new PruningOptions { WarmUp = StepCount.Share(0.6), PruningSteps = StepCount.Share(0.1) } };
        var result = FineTuner.For(model, options).Run(Train, Validation);
        Assert.AreEqual(0.8, result.Pruning!.Sparsity, 1e-3);
    }

    [TestMethod]
    public void Every_criterion_runs()
    {
        foreach (ICriterion criterion in new ICriterion[] { new SevenCriterion(), new MagnitudeCriterion(), new SensitivityCriterion(), new SnipCriterion(), new MovementCriterion(), new PlatonCriterion(), new FisherCriterion() })
        {
            var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
            var result = FineTuner.For(model, Options with { Pruning = new PruningOptions { Criterion = criterion } }).Run(Train, Validation);
            Assert.AreEqual(0.8, result.Pruning!.Sparsity, 1e-3, criterion.Name);
            Assert.IsGreaterThan(0.8, result.Evaluation!["accuracy"], criterion.Name);
        }
    }

    [TestMethod]
    public void Long_texts_are_cut_and_counted()
    {
        LabeledText[] train = [.. Train, new LabeledText { Tokens = [.. Enumerable.Repeat(1, 13)], Label = 0 }];
        var result = FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels)), Options with { Epochs = 1 }).Run(train);
        Assert.AreEqual(1, result.CutExamples);
    }

    [TestMethod]
    public void Impossible_examples_and_options_are_refused()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels));
        Assert.ThrowsExactly<ArgumentException>(() => FineTuner.For(model).Run([]));
        Assert.ThrowsExactly<ArgumentException>(() => FineTuner.For(model).Run([new LabeledText { Tokens = [1], Label = 2 }]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FineTuner.For(model, Options with { Epochs = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FineTuner.For(model, Options with { SparseFrom = 1.5 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FineTuner.For(model, Options with { Pruning = new PruningOptions { Sparsity = 1 } }));
        Assert.Contains("LearningRateDecay is 9; expected Linear, None, Cosine", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FineTuner.For(model, Options with { LearningRateDecay = (LearningRateDecay)9 })).Message);
        foreach (var pruning in new[] { new PruningOptions { Curve = (SparsityCurve)9 }, new() { Timing = (PruningTiming)9 }, new() { Scope = (PruningScope)9 }, new() { PruneEvery = (PruneEvery)9 } })
            Assert.Contains("is 9; expected", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FineTuner.For(model, Options with { Pruning = pruning })).Message);
        foreach (var shape in new[] { TinyTask.Shape with { Activation = (Activation)9 }, TinyTask.Shape with { NormPlacement = (NormPlacement)9 }, TinyTask.Shape with { Pooling = (Pooling)9 } })
            Assert.Contains("is 9; expected", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => EncoderModel.Create(shape, EncoderTasks.TextClassification(TinyTask.Labels))).Message);
        Assert.ThrowsExactly<ArgumentException>(() => FineTuner.For(model, Options with { Pruning = new PruningOptions { Include = ["nothing"] } }).Run(Train));
    }

    private static float[] Weights(EncoderModel model) => [.. model.Parameters.SelectMany(parameter => parameter.Values.ToArray())];

    private sealed class Watcher(Action<TrainingProgress> onReport) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => onReport(value);
    }
}
