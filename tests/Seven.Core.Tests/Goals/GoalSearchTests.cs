using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Goals;
using Seven.Inference;
using Seven.Tests.Training;
using Seven.Training;
using Seven.Weights.Int8;

namespace Seven.Tests.Goals;

/// <summary>Whole searches on a network that trains in seconds.</summary>
[TestClass]
public sealed class GoalSearchTests
{
    private static readonly FineTuningOptions s_options = new() { Epochs = 3, BatchSize = 8, LearningRate = 3e-3, Seed = 5, SparseFrom = 1 };
    private static readonly LabeledText[] s_train = TinyTask.Texts(200, seed: 1);
    private static readonly LabeledText[] s_validation = TinyTask.Texts(80, seed: 2);
    private static readonly Lazy<EncoderModel<TokenizedText, LabeledText, float[]>> s_dense = new(Dense);

    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void The_model_of_a_loss_scores_as_its_trial_says()
    {
        var found = Run(PruningGoal.Loss(0.02), s_options);
        Assert.IsTrue(found.Search.Chosen.Holds);
        Assert.AreEqual(found.Search.Chosen.Sparsity, found.Run.Pruning!.Sparsity);
        Assert.AreSame(found.Search, found.Run.Pruning.Search);
        Assert.AreEqual(Accuracy(found), found.Search.Chosen.Metric, 1e-9);
        Assert.IsGreaterThanOrEqualTo(found.Search.Dense.Metric - 0.02, found.Search.Chosen.Metric);
        Assert.IsTrue(found.Search.LossError is >= 0 and < 0.1, $"{found.Search.LossError}");
        Assert.Contains("with a standard error of", found.Search.ToString());
        string folder = Path.Combine(_folder, "model");
        using (var scoring = SparseModel.Of(found.Model, new SparseModelOptions { Precision = found.Precision }))
            scoring.SaveCompact(folder, found.Precision == Precision.Int8 ? ValuePrecision.Int8 : ValuePrecision.Float32);
        Assert.AreEqual(found.Search.Chosen.Bytes, new FileInfo(Path.Combine(folder, "model.safetensors")).Length);
    }

    /// <summary>A goal that the dense model reaches already: it is returned, and the model that was given is as it was.</summary>
    [TestMethod]
    public void A_dense_model_that_is_small_enough_is_returned_as_it_is()
    {
        var found = Run(PruningGoal.Size("1 GB"), s_options);
        Assert.AreEqual(0.0, found.Run.Pruning!.Sparsity);
        Assert.IsEmpty(found.Run.History);
        Assert.IsNull(found.Search.LossError);
        Assert.IsTrue(found.Model.Parameters.Concat(s_dense.Value.Parameters).All(parameter => parameter.Mask is null));
        CollectionAssert.AreEqual(s_dense.Value.Parameters[0].Values.ToArray(), found.Model.Parameters[0].Values.ToArray());
    }

    [TestMethod]
    public void A_size_is_kept()
    {
        long limit = Run(PruningGoal.Loss(1), s_options with { Epochs = 1 }).Search.Dense.Bytes * 3 / 4;
        var found = Run(PruningGoal.Size(limit) with { Precisions = [Precision.Float32] }, s_options);
        Assert.IsTrue(found.Search.Chosen is { Holds: true, Epochs: 3 });
        Assert.IsLessThanOrEqualTo(limit, found.Search.Chosen.Bytes);
        Assert.IsGreaterThan(0.7 * limit, found.Search.Chosen.Bytes, "no smaller than need be");
    }

    /// <summary>What is returned for int8, and judged, is what its file holds.</summary>
    [TestMethod]
    public void Weights_of_an_int8_model_are_calibrated()
    {
        long limit = Run(PruningGoal.Loss(1), s_options with { Epochs = 1 }).Search.Dense.Bytes * 3 / 4;
        var found = Run(PruningGoal.Size(limit) with { Precisions = [Precision.Int8] }, s_options);
        Assert.AreEqual(Precision.Int8, found.Precision);
        foreach (var parameter in found.Model.Parameters.Where(parameter => parameter.Layer is not null && found.Model.MayBeInt8(parameter)))
            for (int row = 0; row < parameter.Shape[0]; row++)
                Assert.IsNotNull(RowScale.InFile(parameter.Values.Slice(row * parameter.Shape[1], parameter.Shape[1]), largest: 127), $"{parameter.Name}, row {row}");
        Assert.AreEqual(Accuracy(found), found.Search.Chosen.Metric, 1e-9);
    }

    [TestMethod]
    public void A_size_out_of_reach_is_refused_before_anything_is_trained()
    {
        var updates = new List<TrainingProgress>();
        var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => Run(PruningGoal.Size(100), s_options, progress: new Kept(updates.Add)));
        Assert.Contains("the nearest is", thrown.Message);
        Assert.HasCount(0, updates);
    }

    /// <summary>Recorded trials are not trained again, runs go on from their checkpoints, and the result is the same.</summary>
    [TestMethod]
    [DataRow(10)]
    [DataRow(60)]
    [DataRow(120)]
    public void A_search_that_was_cancelled_goes_on(int cancelAfter)
    {
        var whole = Run(PruningGoal.Loss(0.02), s_options);
        var options = s_options with { CheckpointPath = Path.Combine(_folder, "run") };
        using var source = new CancellationTokenSource();
        int updates = 0;
        var cut = Run(PruningGoal.Loss(0.02), options, new Kept(_ => CancelAt(++updates)), source.Token);
        Assert.AreEqual(StopReason.Cancelled, cut.Run.Stopped);

        int left = 0;
        var resumed = Run(PruningGoal.Loss(0.02), options, new Kept(_ => left++));
        Assert.AreEqual(StopReason.Finished, resumed.Run.Stopped);
        Assert.AreEqual(whole.Search.Chosen with { Milliseconds = 0 }, resumed.Search.Chosen with { Milliseconds = 0 });
        for (int i = 0; i < whole.Model.Parameters.Count; i++)
            CollectionAssert.AreEqual(whole.Model.Parameters[i].Values.ToArray(), resumed.Model.Parameters[i].Values.ToArray());
        int all = 0;
        Run(PruningGoal.Loss(0.02), s_options, new Kept(_ => all++));
        Assert.IsLessThan(all, left);

        void CancelAt(int update)
        {
            if (update == cancelAfter)
                source.Cancel();
        }
    }

    [TestMethod]
    public void A_record_of_another_search_is_refused()
    {
        var options = s_options with { CheckpointPath = Path.Combine(_folder, "run") };
        Run(PruningGoal.Loss(0.02), options);
        Assert.Contains("goal is", Assert.ThrowsExactly<InvalidDataException>(() => Run(PruningGoal.Loss(0.05), options)).Message);
        File.WriteAllText(Path.Combine(_folder, "run.search", "trials.json"), "{ \"identity\": 3");
        Assert.Contains("no record of trials", Assert.ThrowsExactly<InvalidDataException>(() => Run(PruningGoal.Loss(0.02), options)).Message);
    }

    [TestMethod]
    public void The_progress_of_all_trials_is_that_of_one_run()
    {
        var updates = new List<TrainingProgress>();
        Run(PruningGoal.Loss(0.02), s_options, new Kept(updates.Add));
        Assert.IsTrue(updates.Zip(updates.Skip(1)).All(pair => pair.First.Update / (double)pair.First.Updates <= pair.Second.Update / (double)pair.Second.Updates + 1e-3));
        Assert.IsTrue(updates.All(update => update.Update <= update.Updates + 1));
    }

    [TestMethod]
    public void Bad_input_is_named()
    {
        Assert.Contains("validation", Assert.ThrowsExactly<ArgumentException>(() => GoalSearch.Run(s_dense.Value, PruningGoal.Loss(0.01), s_options, s_train, [])).Message);
        Assert.Contains("latency for 13 tokens; expected at most 12", Assert.ThrowsExactly<ArgumentException>(() => Run(PruningGoal.Latency("1 ms", tokens: 13), s_options)).Message);
    }

    [TestMethod]
    public void The_report_shows_the_frontier()
    {
        var found = Run(PruningGoal.Loss(0.02), s_options);
        string path = Path.Combine(_folder, "report.html");
        found.Run.Pruning!.SaveHtml(path);
        string page = File.ReadAllText(path);
        Assert.Contains("The search for at most 0.02 below the dense model", page);
        int points = page.Split("<title>").Length - 1;
        Assert.IsGreaterThanOrEqualTo(3 * (1 + found.Search.Trials.Count), points);
        Assert.Contains($"* {found.Search.Chosen}", found.Search.ToString());
    }

    private static double Accuracy(GoalSearchResult<TokenizedText, LabeledText, float[]> found)
    {
        using var scoring = SparseModel.Of(found.Model.Copy(), new SparseModelOptions { Precision = found.Precision });
        return s_validation.Zip(scoring.Classify(s_validation)).Average(pair => pair.Second[pair.First.Label] > 0.5 ? 1.0 : 0);
    }

    private static GoalSearchResult<TokenizedText, LabeledText, float[]> Run(
        PruningGoal goal, FineTuningOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        GoalSearch.Run(s_dense.Value, goal, options, s_train, s_validation, progress, cancellationToken);

    private static EncoderModel<TokenizedText, LabeledText, float[]> Dense()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 3);
        FineTuner.For(model, s_options).Run(s_train);
        return model;
    }

    private sealed class Kept(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
