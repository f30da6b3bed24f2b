using System.Globalization;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Tests.Pruning;
using Seven.Training;

namespace Seven.Tests.Training;

/// <summary>A checkpoint goes on with the options it was written with, whatever the culture, and names the member that differs.</summary>
[TestClass]
public sealed class RunIdentityTests
{
    private static readonly FineTuningOptions s_options = new()
    {
        Epochs = 1,
        BatchSize = 8,
        LearningRate = 1.5e-3,
        Pruning = new PruningOptions { Sparsity = 0.55, WarmUp = StepCount.Share(0.15), Exclude = ["bert.pooler.*"], Criterion = new SevenCriterion { ScoreDecay = 0.95 } },
    };

    private readonly string _folder = TestFolders.Temporary();
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;

    private string Checkpoint => Path.Combine(_folder, "checkpoint.safetensors");

    [TestCleanup]
    public void Restore()
    {
        CultureInfo.CurrentCulture = _culture;
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    [DataRow("", "de-DE")]
    [DataRow("de-DE", "")]
    [DataRow("de-DE", "de-DE")]
    public void A_run_is_resumed_under_another_culture(string before, string after)
    {
        Use(before);
        Run(s_options);
        Use(after);
        Assert.AreEqual(StopReason.Finished, Run(s_options with { Pruning = s_options.Pruning! with { Exclude = new List<string> { "bert.pooler.*" } } }).Stopped);
    }

    [TestMethod]
    [DataRow("", "de-DE")]
    [DataRow("de-DE", "")]
    public void A_pruner_is_restored_under_another_culture(string before, string after)
    {
        string path = Path.Combine(_folder, "pruner.safetensors");
        TestWeight[] weights = [TestWeight.Random(new Random(1), "first", 40), TestWeight.Random(new Random(2), "second", 60)];
        var options = new PruningOptions { Criterion = new SevenCriterion { ScoreDecay = 0.95 } };
        Use(before);
        var pruner = new Pruner(weights, options, new PruningSchedule(0.55, 0, 4));
        pruner.Step();
        pruner.Save(path);
        Use(after);
        var restored = new Pruner(weights, options, new PruningSchedule(0.55, 0, 4));
        restored.Restore(path);
        Assert.AreEqual(1, restored.StepsTaken);
    }

    public static IEnumerable<object[]> OtherRuns =>
    [
        [s_options with { LearningRate = 1e-3 }, "learningRate is 0.0015; expected 0.001"],
        [s_options with { Seed = 3 }, "seed is 0; expected 3"],
        [s_options with { MaximumGradientNorm = null }, "maximumGradientNorm is 1; expected null"],
        [s_options with { LearningRateWarmUp = StepCount.Steps(2) }, "learningRateWarmUp is \"0.1 of all\"; expected \"2 steps\""],
        [s_options with { Pruning = null }, "pruning is {"],
        [s_options with { Pruning = s_options.Pruning! with { Exclude = ["bert.encoder.layer.0.*"] } }, "pruning.exclude is [\"bert.pooler.*\"]; expected [\"bert.encoder.layer.0.*\"]"],
        [s_options with { Pruning = s_options.Pruning! with { Include = ["*"] } }, "pruning.include is []; expected [\"*\"]"],
        [s_options with { Pruning = s_options.Pruning! with { WarmUp = StepCount.Share(0.151) } }, "pruning.warmUp is \"0.15 of all\"; expected \"0.151 of all\""],
        [s_options with { Pruning = s_options.Pruning! with { Criterion = new SevenCriterion() } }, "pruning.criterion.scoreDecay is 0.95; expected 1"],
        [s_options with { Pruning = s_options.Pruning! with { Criterion = new MagnitudeCriterion() } }, "pruning.criterion.name is \"SEVEN\"; expected \"magnitude\""],
        [s_options with { Pruning = s_options.Pruning! with { Scope = PruningScope.PerLayer } }, "pruning.scope is \"Global\"; expected \"PerLayer\""],
        [s_options with { Pruning = s_options.Pruning! with { PruneEvery = PruneEvery.Epoch } }, "pruning.pruneEvery is \"Step\"; expected \"Epoch\""],
    ];

    [TestMethod]
    [DynamicData(nameof(OtherRuns))]
    public void Another_run_is_refused_by_the_member_that_differs(FineTuningOptions other, string difference)
    {
        Run(s_options);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Run(other)).Message;
        Assert.Contains("is a checkpoint of another run: " + difference, message);
        Assert.Contains(Checkpoint, message);
    }

    [TestMethod]
    public void Threads_patience_and_the_place_of_the_checkpoint_may_change()
    {
        Run(s_options);
        Assert.AreEqual(StopReason.Finished, Run(s_options with { Threads = 1, Patience = 4 }).Stopped);
    }

    [TestMethod]
    public void Other_examples_and_mirror_images_are_another_run()
    {
        Run(s_options);
        string message = Assert.ThrowsExactly<InvalidDataException>(
            () => FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels)), s_options with { CheckpointPath = Checkpoint }).Run(TinyTask.Texts(63, seed: 1))).Message;
        Assert.Contains("trainingExamples is 64; expected 63", message);
        File.Delete(Checkpoint);

        var shape = new ImageConfiguration { ImageSize = 4, PatchSize = 2, HiddenSize = 8, Layers = 1, Heads = 2, IntermediateSize = 8 };
        LabeledPicture[] pictures = [.. Enumerable.Range(0, 8).Select(i => new LabeledPicture { Pixels = new float[48], Label = i % 2 })];
        var options = new FineTuningOptions { Epochs = 1, BatchSize = 4, CheckpointPath = Checkpoint };
        FineTuner.For(EncoderModel.Create(shape, EncoderTasks.ImageClassification(["a", "b"])), options).Run(pictures);
        message = Assert.ThrowsExactly<InvalidDataException>(() => FineTuner.For(EncoderModel.Create(shape, EncoderTasks.ImageClassification(["a", "b"], flipImages: true)), options).Run(pictures)).Message;
        Assert.Contains("augmentation is \"none\"; expected \"horizontal flip\"", message);
    }

    [TestMethod]
    [DataRow("FineTuningOptions { Epochs = 3 }", "It may have been written by an older release")]
    [DataRow("[1]", "is [1]; expected {")]
    [DataRow("{\"version\":2}", "version is 2; expected 1")]
    public void A_text_of_another_form_is_refused(string found, string reason)
    {
        var fingerprint = new Fingerprint(1, json => json.WriteNumber("epochs", 3));
        Assert.Contains(reason, Assert.ThrowsExactly<InvalidDataException>(() => fingerprint.Require(found, "checkpoint.safetensors is a checkpoint")).Message);
    }

    private FineTuningResult Run(FineTuningOptions options) =>
        FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels)), options with { CheckpointPath = Checkpoint }).Run(TinyTask.Texts(64, seed: 1));

    private static void Use(string culture)
    {
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        }
        catch (CultureNotFoundException)
        {
            Assert.Inconclusive($"This machine has no data of cultures; the test needs {culture}.");
        }

        if (culture.Length > 0)
            Assert.AreEqual("0,5", $"{0.5}");
    }
}
