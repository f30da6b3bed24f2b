using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.NasBert;
using Seven.MLNet.TorchSharp.Tests.Cases;
using Seven.Pruning;
using Seven.Training;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>The effect of the options in a fit, and the progress that a fit reports.</summary>
[TestClass]
public sealed class TrainingTests
{
    [TestMethod]
    public void Pruning_before_fine_tuning_is_over_before_the_first_epoch()
    {
        var watched = new Watched();
        using var model = watched.Wrapped(new SevenPruneOptions { Sparsity = 0.6, Timing = PruningTiming.BeforeFineTuning });
        Assert.HasCount(3, model.History);
        foreach (var epoch in model.History)
            Assert.AreEqual(model.Report.Sparsity, epoch.Sparsity);
        Assert.AreEqual((long)Math.Floor((1 - 0.6) * model.Report.Weights), model.Report.Kept);
    }

    [TestMethod]
    [DataRow(PruningTiming.DuringFineTuning)]
    [DataRow(PruningTiming.BeforeFineTuning)]
    public void Progress_is_reported_after_each_update(PruningTiming timing)
    {
        var updates = new List<TrainingProgress>();
        var watched = new Watched();
        using var model = watched.Wrapped(new SevenPruneOptions { Sparsity = 0.6, Timing = timing, Progress = new Listener(updates) });

        // 5 updates an epoch, three epochs; before fine-tuning, 40 % as many for pruning.
        int before = timing == PruningTiming.BeforeFineTuning ? 6 : 0;
        CollectionAssert.AreEqual(Enumerable.Range(1, before + 15).ToArray(), updates.Select(update => update.Update).ToArray());
        CollectionAssert.AreEqual(
            Enumerable.Repeat(0, before).Concat(Enumerable.Range(0, 15).Select(update => update / 5 + 1)).ToArray(), updates.Select(update => update.Epoch).ToArray());
        foreach (var update in updates)
        {
            Assert.AreEqual(before + 15, update.Updates);
            Assert.IsTrue(double.IsFinite(update.Loss) && update.Loss > 0);
        }

        Assert.IsTrue(updates.Zip(updates.Skip(1)).All(pair => pair.First.Sparsity <= pair.Second.Sparsity));
        Assert.AreEqual(model.Report.Sparsity, updates[^1].Sparsity);
    }

    [TestMethod]
    public void Pruning_by_epoch_prunes_at_their_ends()
    {
        var watched = new Watched();
        using var model = watched.Wrapped(
            new SevenPruneOptions { Sparsity = 0.6, PruneEvery = PruneEvery.Epoch, WarmUp = StepCount.Share(0), PruningSteps = StepCount.Share(0.7) });
        // 5 updates an epoch: pruning takes 10 or 11 of 15.
        Assert.IsInRange(0.1, 0.59, model.History[0].Sparsity);
        Assert.AreEqual(model.Report.Sparsity, model.History[2].Sparsity);
        Assert.AreEqual((long)Math.Floor((1 - 0.6) * model.Report.Weights), model.Report.Kept);
    }

    [TestMethod]
    public void The_whole_validation_set_is_judged_and_the_log_tells_it()
    {
        var watched = new Watched();
        using var model = watched.Wrapped(new SevenPruneOptions { ValidationSet = watched.Rows });

        var metrics = watched.Context.MulticlassClassification.Evaluate(model.Transform(watched.Rows));
        Assert.AreEqual(metrics.MicroAccuracy, model.History[^1].Evaluation!["accuracy"], 1e-12);
        Assert.IsTrue(model.History.All(epoch => epoch.TrainingLoss is > 0 and < 10), string.Join(", ", model.History));
        CollectionAssert.AreEqual(model.History.Select(epoch => epoch.Sparsity).ToArray(), model.Report.Course.Select(point => point.Sparsity).ToArray());
        CollectionAssert.AreEqual(model.History.Select(epoch => (double?)epoch.Evaluation!.Primary.Value).ToArray(), model.Report.Course.Select(point => point.Evaluation).ToArray());
        for (int epoch = 1; epoch <= 3; epoch++)
            Assert.ContainsSingle(line => line.StartsWith($"Epoch {epoch} of 3: loss ", StringComparison.Ordinal) && line.Contains("accuracy") && line.Contains("sparsity"), watched.Log);
        Assert.ContainsSingle(line => line.StartsWith("49 layers", StringComparison.Ordinal) && line.Contains("27.0 % of the network's 4,475,522 parameters can be pruned"), watched.Log);
        Assert.ContainsSingle(line => line.EndsWith(model.Report.ToString(), StringComparison.Ordinal), watched.Log);
    }

    [TestMethod]
    public void The_training_loss_is_the_mean_over_rows()
    {
        // With the weights held still the loss is that of the untrained network, which one can compute from its scores.
        var watched = new Watched();
        var options = new TextClassificationTrainer.TextClassificationOptions
        {
            Sentence1ColumnName = "Text",
            BatchSize = 8,
            MaxEpoch = 1,
            Dropout = 0,
            AttentionDropout = 0,
            LearningRate = [1e-12],
        };
        var trainer = watched.Context.MulticlassClassification.Trainers.TextClassification(options);
        using var model = watched.Context.Transforms.SevenPrune(trainer, new SevenPruneOptions { Sparsity = 0, ValidationSet = watched.Rows }).Fit(watched.Rows);
        Assert.AreEqual(model.History[0].Evaluation!.Loss, model.History[0].TrainingLoss, 1e-3);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(23)]
    public void The_training_loss_of_pairs_is_right_where_a_batch_is_one_row(int batchSize)
    {
        // 24 pairs: batches of one row, or a last one of one row.
        var context = PretrainedFiles.NewContext(Pretrained.NasBert);
        var similarity = new SentenceSimilarityCase();
        var rows = similarity.Before(context).Fit(similarity.Rows(context)).Transform(similarity.Rows(context));
        var trainer = context.Regression.Trainers.SentenceSimilarity(new SentenceSimilarityTrainer.SentenceSimilarityOptions
        {
            LabelColumnName = "Target",
            Sentence1ColumnName = "Sentence1",
            Sentence2ColumnName = "Sentence2",
            BatchSize = batchSize,
            MaxEpoch = 1,
            Dropout = 0,
            AttentionDropout = 0,
            LearningRate = [1e-12],
            WeightDecay = 0,
        });
        using var model = context.Transforms.SevenPrune(trainer, new SevenPruneOptions { Sparsity = 0, ValidationSet = rows }).Fit(rows);
        Assert.AreEqual(model.History[0].Evaluation!.Loss, model.History[0].TrainingLoss, 1e-3 * model.History[0].TrainingLoss);
    }

    [TestMethod]
    public void Early_stopping_returns_the_best_epoch()
    {
        var watched = new Watched();
        using var model = watched.Wrapped(
            new SevenPruneOptions { Sparsity = 0.5, ValidationSet = watched.Rows, Patience = 1, WarmUp = StepCount.Share(0), PruningSteps = StepCount.Steps(2) }, epochs: 30);
        Assert.AreEqual(StopReason.NoImprovement, model.Stopped);
        Assert.IsLessThan(30, model.History.Count);
        double best = model.History.Max(epoch => epoch.Evaluation!.Primary.Value);
        Assert.AreEqual(best, watched.Context.MulticlassClassification.Evaluate(model.Transform(watched.Rows)).MicroAccuracy, 1e-12);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_cancelled_fit_returns_what_was_reached(bool bySource)
    {
        using var source = new CancellationTokenSource();
        var watched = new Watched();
        watched.Context.Log += (_, message) =>
        {
            if (!message.RawMessage.StartsWith("Epoch 2", StringComparison.Ordinal))
                return;
            if (bySource)
                source.Cancel();
            else
                typeof(MLContext).GetMethod("CancelExecution", BindingFlags.NonPublic | BindingFlags.Instance)!.Invoke(watched.Context, null);
        };
        using var model = watched.Wrapped(new SevenPruneOptions { CancellationToken = source.Token }, epochs: 10);
        Assert.AreEqual(StopReason.Cancelled, model.Stopped);
        Assert.HasCount(2, model.History);
        Assert.AreEqual(2, new Watched().Context.MulticlassClassification.Evaluate(model.Transform(watched.Rows)).ConfusionMatrix.NumberOfClasses);
    }

    [TestMethod]
    public void Shuffling_changes_the_run_and_a_seed_repeats_it()
    {
        var weights = new List<Dictionary<string, float[]>>();
        foreach (bool shuffle in new[] { false, true, true })
        {
            random.manual_seed(9);
            using var model = new Watched().Wrapped(new SevenPruneOptions { Shuffle = shuffle });
            weights.Add(Watched.Weights(model));
        }

        Assert.IsTrue(weights[1].All(weight => weight.Value.AsSpan().SequenceEqual(weights[2][weight.Key])));
        Assert.IsFalse(weights[0].All(weight => weight.Value.AsSpan().SequenceEqual(weights[1][weight.Key])));
    }

    [TestMethod]
    public void The_chain_holds_one_network_the_pruned_one()
    {
        var watched = new Watched();
        var pipeline = Watched.Case.Before(watched.Context).Append(Watched.Case.Trainer(watched.Context, 1)).Append(watched.Context.Transforms.SevenPrune(0.5));
        var model = pipeline.Fit(Watched.Case.Rows(watched.Context));
        Assert.HasCount(1, SavedNetwork.ModelsIn(model));
        var network = model.OfType<TextClassificationTransformer>().Single();
        Assert.AreSame(network, model.LastTransformer.Network);
        var zeros = Watched.Weights(network).Where(weight => model.LastTransformer.Report.Layers.Any(layer => layer.Name == weight.Key)).Sum(weight => weight.Value.Count(value => value == 0));
        Assert.AreEqual(model.LastTransformer.Report.Weights - model.LastTransformer.Report.Kept, zeros);
    }

    [TestMethod]
    public void A_second_step_prunes_the_same_network_further()
    {
        var watched = new Watched();
        var first = watched.Context.Transforms.SevenPrune(Watched.Case.Trainer(watched.Context, 2), new SevenPruneOptions { Sparsity = 0.5 }).Fit(watched.Rows);
        var halved = Watched.Weights(first);
        var second = watched.Context.Transforms.SevenPrune(new SevenPruneOptions { Sparsity = 0.8, Epochs = 2 }).Fit(first.Transform(watched.Rows));

        var weights = Watched.Weights(first);
        Assert.AreSame(first.Network, second.Network);
        foreach (var layer in second.Report.Layers)
            for (int i = 0; i < layer.Weights; i++)
                Assert.IsTrue(halved[layer.Name][i] != 0 || weights[layer.Name][i] == 0, layer.Name);
        Assert.AreEqual((long)Math.Floor((1 - 0.8) * second.Report.Weights), second.Report.Kept);
        var error = Assert.ThrowsExactly<ArgumentException>(() => watched.Context.Transforms.SevenPrune(0.3).Fit(first.Transform(watched.Rows)));
        Assert.Contains("pruned already", error.Message);
        first.Dispose();
    }

    [TestMethod]
    public void A_loaded_model_can_be_pruned()
    {
        var watched = new Watched();
        var rows = Watched.Case.Rows(watched.Context);
        string path = Path.Combine(Directory.CreateTempSubdirectory("seven-model-").FullName, "model.zip");
        watched.Context.Model.Save(Watched.Case.Before(watched.Context).Append(Watched.Case.Trainer(watched.Context, 1)).Fit(rows), rows.Schema, path);

        var loaded = watched.Context.Model.Load(path, out _);
        var pruned = watched.Context.Transforms.SevenPrune(new SevenPruneOptions { Sparsity = 0.9, Epochs = 1 }).Fit(loaded.Transform(rows));

        watched.Context.Model.Save(loaded, rows.Schema, path);
        var weights = SavedNetwork.Load(watched.Context, path);
        Assert.AreEqual(
            pruned.Report.Weights - (long)Math.Floor((1 - 0.9) * pruned.Report.Weights),
            pruned.Report.Layers.Sum(layer => weights[layer.Name].eq(0).sum().item<long>()));
    }

    private sealed class Listener(List<TrainingProgress> updates) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => updates.Add(value);
    }
}
