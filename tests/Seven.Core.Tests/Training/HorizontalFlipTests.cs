using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Training;

namespace Seven.Tests.Training;

/// <summary>Images that are learned from as their mirror images now and then.</summary>
[TestClass]
public sealed class HorizontalFlipTests
{
    private static readonly ImageConfiguration Shape = new() { ImageSize = 4, PatchSize = 2, HiddenSize = 8, Heads = 2, Layers = 1, IntermediateSize = 8 };

    private static readonly string[] s_labels = ["left", "right"];

    [TestMethod]
    public void Rows_are_reversed_for_half_of_the_seeds()
    {
        var picture = new LabeledPicture { Pixels = Enumerable.Range(0, 48).Select(i => (float)i).ToArray(), Label = 1 };
        var task = EncoderTasks.ImageClassification(s_labels, flipImages: true);
        float[] mirrored = [.. Enumerable.Range(0, 12).SelectMany(row => new float[] { 4 * row + 3, 4 * row + 2, 4 * row + 1, 4 * row })];
        int flipped = 0;
        for (ulong seed = 0; seed < 1000; seed++)
        {
            var found = task.Augment(picture, seed, Shape);
            Assert.AreEqual(1, found.Label);
            bool isMirrored = found.Pixels.Span.SequenceEqual(mirrored);
            Assert.IsTrue(isMirrored || found.Pixels.Span.SequenceEqual(picture.Pixels.Span));
            flipped += isMirrored ? 1 : 0;
            Assert.IsTrue(task.Augment(picture, seed, Shape).Pixels.Span.SequenceEqual(found.Pixels.Span));
        }

        Assert.IsInRange(430, 570, flipped);
    }

    [TestMethod]
    public void Each_example_of_each_epoch_has_a_seed_of_its_own()
    {
        LabeledPicture[] pictures = [.. Enumerable.Range(0, 20).Select(i => new LabeledPicture { Pixels = new float[48], Label = i % 2 })];
        List<ulong> seeds = [];
        var model = EncoderModel.Create(Shape, EncoderTasks.ImageClassification(s_labels));
        var tuner = new FineTuner<Picture, LabeledPicture>(model, model.Task, new FineTuningOptions { Epochs = 3, BatchSize = 8 }, backend: null, new("listening", (picture, seed) =>
        {
            seeds.Add(seed);
            return picture;
        }));
        tuner.Run(pictures);
        Assert.HasCount(60, seeds);
        Assert.HasCount(60, seeds.Distinct());
    }

    /// <summary>The class is the lighter side, which mirroring makes unlearnable; without it, it is learned.</summary>
    [TestMethod]
    public void Flipping_hides_left_and_right()
    {
        var random = new Random(3);
        var pictures = Enumerable.Range(0, 64).Select(i => new LabeledPicture
        {
            Pixels = Enumerable.Range(0, 48).Select(pixel => (pixel % 4 < 2) == (i % 2 == 0) ? 1 + random.NextSingle() : -random.NextSingle()).ToArray(),
            Label = i % 2,
        }).ToList();
        var options = new FineTuningOptions { Epochs = 40, BatchSize = 16, LearningRate = 3e-3, Seed = 1 };
        var (plain, flipped) = (EncoderModel.Create(Shape, EncoderTasks.ImageClassification(s_labels), seed: 1), EncoderModel.Create(Shape, EncoderTasks.ImageClassification(s_labels, flipImages: true), seed: 1));
        FineTuner.For(plain, options).Run(pictures);
        FineTuner.For(flipped, options).Run(pictures);
        Assert.IsGreaterThan(0.95, FineTuner.For(plain).Evaluate(pictures)["accuracy"]);
        Assert.IsGreaterThan(0.5, FineTuner.For(flipped).Evaluate(pictures).Loss);
    }
}
