using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Formats.Compact;
using Seven.Goals;
using Seven.Inference;
using Seven.MLNet.Tests.Cases;
using Seven.Tests;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>SevenPrune with a goal in the place of a sparsity.</summary>
[TestClass]
public sealed class GoalTests
{
    private static readonly FineTuningOptions s_training = new() { Epochs = 3, BatchSize = 8, LearningRate = 2e-3 };

    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("seven-goal-").FullName;

    private IDataView Rows => Sentences.Rows(_context);

    private SevenPruneOptions WithValidation => new() { ValidationSet = Sentences.Before(_context).Fit(Rows).Transform(Rows) };

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_trainer_that_is_wrapped_is_pruned_as_far_as_its_loss_allows()
    {
        var updates = new List<TrainingProgress>();
        var options = WithValidation with { Progress = new Kept(updates.Add) };
        using var model = Fit(_context.Transforms.SevenPrune(Trainer(), PruningGoal.Loss(0.05), options));
        var search = model.LastTransformer.Report.Search!;
        Assert.IsTrue(search.Chosen.Holds);
        Assert.AreEqual(search.Chosen.Metric, _context.MulticlassClassification.Evaluate(model.Transform(Rows)).MicroAccuracy, 1e-6);
        Assert.AreEqual(search.Chosen.Precision, ((EncoderTransformer)model.LastTransformer.Network).Model.Precision.ToString());
        Assert.IsTrue(updates.All(update => update.Update <= update.Updates + 1));
        Assert.AreEqual(1.0, updates[^1].Update / (double)updates[^1].Updates, 0.5);
    }

    /// <summary>The network in int8 is saved as such, in as many bytes as asked for, and scores the same after it is loaded.</summary>
    [TestMethod]
    public void A_network_upstream_is_pruned_to_a_size()
    {
        using var dense = Sentences.Before(_context).Append(Trainer()).Fit(Rows);
        dense.LastTransformer.SaveCompact(Path.Combine(_folder, "dense"));
        long limit = new FileInfo(Path.Combine(_folder, "dense", "model.safetensors")).Length * 22 / 100;
        using var model = Sentences.Before(_context).Append(Trainer()).Append(_context.Transforms.SevenPrune(PruningGoal.Size(limit) with { Precisions = [Precision.Int8] }, WithValidation)).Fit(Rows);
        var network = (EncoderTransformer)model.LastTransformer.Network;
        Assert.AreEqual(Precision.Int8, network.Model.Precision);
        network.SaveCompact(Path.Combine(_folder, "pruned"), ValuePrecision.Int8);
        Assert.IsLessThanOrEqualTo(limit, new FileInfo(Path.Combine(_folder, "pruned", "model.safetensors")).Length);

        string path = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, Rows.Schema, path);
        var loaded = new MLContext();
        loaded.ComponentCatalog.RegisterSeven();
        CollectionAssert.AreEqual(Scores(model), Scores(loaded.Model.Load(path, out _)));
    }

    [TestMethod]
    public void A_latency_is_searched_with_blocks_as_well()
    {
        var log = new ConcurrentQueue<string>();
        _context.Log += (_, message) => log.Enqueue(message.Message);
        using var model = Fit(_context.Transforms.SevenPrune(Trainer(), PruningGoal.Latency("1 s"), WithValidation));
        Assert.AreEqual(0.0, model.LastTransformer.Report.Search!.Chosen.Sparsity, "fast enough as it is");
        Assert.IsTrue(log.Any(line => line.Contains("at most 1000 ms", StringComparison.Ordinal)), "the frontier is printed");
        Assert.Contains("the nearest is", Assert.ThrowsExactly<InvalidOperationException>(() => Fit(_context.Transforms.SevenPrune(Trainer(), PruningGoal.Latency(TimeSpan.FromTicks(1)), WithValidation))).Message);
    }

    /// <summary>Cancelled within the run before the search, and within the search.</summary>
    [TestMethod]
    [DataRow(5)]
    [DataRow(25)]
    public void A_search_that_was_cancelled_is_resumed(int cancelAfter)
    {
        var training = s_training with { CheckpointPath = Path.Combine(_folder, "run.safetensors"), SparseFrom = 1 };
        using var whole = Fit(_context.Transforms.SevenPrune(Trainer(s_training with { SparseFrom = 1 }), PruningGoal.Loss(0.05), WithValidation));
        using var source = new CancellationTokenSource();
        int updates = 0;
        using (var cut = Fit(_context.Transforms.SevenPrune(Trainer(training), PruningGoal.Loss(0.05), WithValidation with { CancellationToken = source.Token, Progress = new Kept(_ => Count()) })))
            Assert.AreEqual(StopReason.Cancelled, cut.LastTransformer.Stopped);
        using var resumed = Fit(_context.Transforms.SevenPrune(Trainer(training), PruningGoal.Loss(0.05), WithValidation));
        Assert.AreEqual(StopReason.Finished, resumed.LastTransformer.Stopped);
        CollectionAssert.AreEqual(Scores(whole), Scores(resumed));

        void Count()
        {
            if (++updates == cancelAfter)
                source.Cancel();
        }
    }

    [TestMethod]
    public void A_goal_without_a_validation_set_is_refused_before_anything_is_trained()
    {
        var updates = new List<TrainingProgress>();
        var options = new SevenPruneOptions { Progress = new Kept(updates.Add) };
        Assert.Contains("there is no validation set", Assert.ThrowsExactly<ArgumentException>(() => Fit(_context.Transforms.SevenPrune(Trainer(), PruningGoal.Loss(0.01), options))).Message);
        Assert.HasCount(0, updates);
        Assert.Contains("2 of 4", Assert.ThrowsExactly<ArgumentException>(
            () => _context.Transforms.SevenPrune(PruningGoal.Loss(0.01) with { Patterns = [new Seven.Pruning.Patterns.NOfM(2, 4)] })).Message);
    }

    [TestMethod]
    public void The_example_of_the_readme_runs()
    {
        var (mlContext, bert, validation) = (_context, Trainer(), WithValidation.ValidationSet);

        // README begins
        // As small as can be with at most one point less than the dense model on the validation set; or Size("20 MB"), or Latency("5 ms", tokens: 32).
        var smallest = mlContext.Transforms.SevenPrune(bert, PruningGoal.Loss(0.01), new SevenPruneOptions { ValidationSet = validation });
        // README ends

        using var model = Fit(smallest);
        Assert.IsTrue(model.LastTransformer.Report.Search!.Chosen.Holds);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.MLNet.Tests", "GoalTests.cs");

    private EncoderTrainer Trainer(FineTuningOptions? training = null) => new BertCase().Trainer(_context, training ?? s_training);

    private TransformerChain<SevenPruneTransformer> Fit(SevenPruneTrainer trainer) => Sentences.Before(_context).Append(trainer).Fit(Rows);

    private float[] Scores(ITransformer model) => [.. model.Transform(Rows).GetColumn<float[]>("Score").SelectMany(scores => scores)];

    private sealed class Kept(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
