using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Training;

namespace Seven.Tests.RealData;

/// <summary>A real trained ViT on real images, where both lie beside the repository.</summary>
[TestClass]
public sealed class VitCifar10Tests
{
    private static readonly float[] Mean = [0.4914f, 0.4822f, 0.4465f];
    private static readonly float[] Deviation = [0.2023f, 0.1994f, 0.2010f];

    private static ImageConfiguration Shape => new()
    {
        ImageSize = 32,
        PatchSize = 4,
        Channels = 3,
        HiddenSize = 128,
        Layers = 6,
        Heads = 8,
        IntermediateSize = 256,
        Activation = Activation.Relu,
        NormPlacement = NormPlacement.After,
        NormEpsilon = 1e-5,
        HiddenDropout = 0,
        AttentionDropout = 0
    };

    private static readonly string[] s_labels = [.. Enumerable.Range(0, 10).Select(label => $"class {label}")];

    [TestMethod]
    public void Scores_what_its_checkpoint_scores()
    {
        string model = Path.Combine(TestFolders.Data("vit-cifar10"), "model.safetensors");
        var images = Images(Path.Combine(TestFolders.Data("cifar10"), "test.bin"));

        var vit = EncoderModel.LoadTorchEncoder(model, Shape, EncoderTasks.ImageClassification(s_labels));
        var evaluation = FineTuner.For(vit).Evaluate(images);
        Assert.AreEqual(0.7194, evaluation["accuracy"], 0.0005, evaluation.ToString());
    }

    [TestMethod]
    public void Scores_the_same_from_a_hugging_face_folder()
    {
        string model = Path.Combine(TestFolders.Data("vit-cifar10"), "model.safetensors");
        var images = Images(Path.Combine(TestFolders.Data("cifar10"), "test.bin")).Take(50).ToList();
        string folder = TestFolders.Temporary();

        var vit = EncoderModel.LoadTorchEncoder(model, Shape, EncoderTasks.ImageClassification(s_labels));
        vit.Save(folder);
        var loaded = EncoderModel.Load(folder, EncoderTasks.ImageClassification());

        Assert.AreEqual(NormPlacement.After, loaded.Configuration.NormPlacement);
        foreach (var (expected, actual) in vit.Logits(images).Zip(loaded.Logits(images)))
            CollectionAssert.AreEqual(expected, actual);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void Pruned_and_compact_it_is_scored_alike_by_a_model_that_only_scores()
    {
        var images = Images(Path.Combine(TestFolders.Data("cifar10"), "test.bin"));
        var vit = EncoderModel.LoadTorchEncoder(Path.Combine(TestFolders.Data("vit-cifar10"), "model.safetensors"), Shape, EncoderTasks.ImageClassification(s_labels));
        var pruner = new Pruner(vit.Parameters, new PruningOptions { Criterion = new MagnitudeCriterion() }, new PruningSchedule(0.5, warmUpSteps: 0, pruningSteps: 1));
        pruner.Step();
        double expected = FineTuner.For(vit).Evaluate(images)["accuracy"];
        string folder = TestFolders.Temporary();
        vit.SaveCompact(folder);

        using var model = SparseModel.Load(folder);
        Assert.AreEqual(0.5, model.Sparsity, 1e-4);
        float[][] probabilities = model.Classify(images);
        double found = images.Zip(probabilities).Count(pair => pair.Second.AsSpan().IndexOf(pair.Second.Max()) == pair.First.Label) / (double)images.Count;
        Assert.AreEqual(expected, found, 5e-4);
        Assert.IsGreaterThan(0.2, found, "pruned at once, without fine-tuning, it is still better than guessing");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Ten minutes on two cores, so only on request. Setting: 4 epochs, batch 128, AdamW at 5e-4 without weight decay, images flipped at random.</summary>
    [TestMethod]
    [TestCategory("Long")]
    public void Pruned_to_90_percent_SEVEN_beats_magnitude()
    {
        if (Environment.GetEnvironmentVariable("SEVEN_LONG") != "1")
            Assert.Inconclusive("Takes ten minutes; set SEVEN_LONG=1 to run it.");
        double seven = AccuracyAfterPruning(new SevenCriterion()), magnitude = AccuracyAfterPruning(new MagnitudeCriterion());
        Console.WriteLine($"SEVEN {seven:P2}, magnitude {magnitude:P2}");
        // An independent run in PyTorch gave 59.6 to 60.1 % and 53.6 to 54.5 % over three seeds.
        Assert.AreEqual(0.599, seven, 0.02);
        Assert.IsGreaterThan(magnitude + 0.02, seven);
    }

    private static double AccuracyAfterPruning(ICriterion criterion)
    {
        const int Epochs = 4;
        var flips = new Random(1);
        string data = TestFolders.Data("cifar10");
        var train = Enumerable.Range(0, Epochs).SelectMany(_ => new[] { "train_1.bin", "train_2.bin" })
            .SelectMany(file => Images(Path.Combine(data, file))).Select(image => flips.Next(2) == 0 ? image : Flipped(image)).ToList();
        var vit = EncoderModel.LoadTorchEncoder(Path.Combine(TestFolders.Data("vit-cifar10"), "model.safetensors"), Shape, EncoderTasks.ImageClassification(s_labels));
        var options = new FineTuningOptions
        {
            Epochs = 1,
            BatchSize = 128,
            LearningRate = 5e-4,
            WeightDecay = 0,
            Seed = 1,
            MaximumGradientNorm = null,
            Pruning = new PruningOptions { Sparsity = 0.9, Criterion = criterion },
        };
        var result = FineTuner.For(vit, options).Run(train);
        Assert.AreEqual(0.9, result.Pruning!.Sparsity, 1e-5);
        return FineTuner.For(vit).Evaluate(Images(Path.Combine(data, "test.bin")))["accuracy"];
    }

    private static LabeledPicture Flipped(LabeledPicture image)
    {
        var pixels = image.Pixels.ToArray();
        for (int row = 0; row < pixels.Length; row += 32)
            pixels.AsSpan(row, 32).Reverse();
        return new LabeledPicture { Pixels = pixels, Label = image.Label };
    }

    /// <summary>CIFAR-10's binary layout: a label byte, then 1,024 red, green and blue bytes.</summary>
    private static List<LabeledPicture> Images(string file)
    {
        const int Plane = 32 * 32;
        byte[] bytes = File.ReadAllBytes(file);
        var images = new List<LabeledPicture>();
        for (int start = 0; start < bytes.Length; start += 1 + 3 * Plane)
        {
            var pixels = new float[3 * Plane];
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = (bytes[start + 1 + i] / 255f - Mean[i / Plane]) / Deviation[i / Plane];
            images.Add(new LabeledPicture { Pixels = pixels, Label = bytes[start] });
        }

        return images;
    }
}
