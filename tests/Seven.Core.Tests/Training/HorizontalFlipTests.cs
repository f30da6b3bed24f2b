using Seven.Encoders;
using Seven.Training;
using Seven.Training.Augmentation;
using Seven.Training.Engines;
using Seven.Training.Objectives;

namespace Seven.Tests.Training;

/// <summary>Images that are learnt from as their mirror images now and then.</summary>
[TestClass]
public sealed class HorizontalFlipTests
{
    private static readonly VitConfiguration Shape = new() { ImageSize = 4, PatchSize = 2, HiddenSize = 8, Heads = 2, Layers = 1, IntermediateSize = 8, Labels = ["left", "right"] };

    [TestMethod]
    public void Rows_are_reversed_for_half_of_the_seeds()
    {
        var picture = new LabelledPicture { Pixels = Enumerable.Range(0, 48).Select(i => (float)i).ToArray(), Label = 1 };
        var augment = HorizontalFlip.Of(Shape);
        float[] mirrored = [.. Enumerable.Range(0, 12).SelectMany(row => new float[] { 4 * row + 3, 4 * row + 2, 4 * row + 1, 4 * row })];
        int flipped = 0;
        for (ulong seed = 0; seed < 1000; seed++)
        {
            var found = augment(picture, seed);
            Assert.AreEqual(1, found.Label);
            bool isMirrored = found.Pixels.Span.SequenceEqual(mirrored);
            Assert.IsTrue(isMirrored || found.Pixels.Span.SequenceEqual(picture.Pixels.Span));
            flipped += isMirrored ? 1 : 0;
            Assert.IsTrue(augment(picture, seed).Pixels.Span.SequenceEqual(found.Pixels.Span));
        }

        Assert.IsInRange(430, 570, flipped);
    }

    [TestMethod]
    public void Each_example_of_each_epoch_has_a_seed_of_its_own()
    {
        LabelledPicture[] pictures = [.. Enumerable.Range(0, 20).Select(i => new LabelledPicture { Pixels = new float[48], Label = i % 2 })];
        List<ulong> seeds = [];
        var tuner = new FineTuner<Picture, LabelledPicture>(
            new VitClassifier(Shape), new ClassificationObjective<LabelledPicture>(2, picture => picture.Label), new FineTuningOptions { Epochs = 3, BatchSize = 8 }, HostEngines.Instance,
            (picture, seed) =>
            {
                seeds.Add(seed);
                return picture;
            });
        tuner.Run(pictures);
        Assert.HasCount(60, seeds);
        Assert.HasCount(60, seeds.Distinct());
    }

    /// <summary>The class is the lighter side, which mirroring makes unlearnable; without it, it is learnt.</summary>
    [TestMethod]
    public void Flipping_hides_left_and_right()
    {
        var random = new Random(3);
        var pictures = Enumerable.Range(0, 64).Select(i => new LabelledPicture
        {
            Pixels = Enumerable.Range(0, 48).Select(pixel => (pixel % 4 < 2) == (i % 2 == 0) ? 1 + random.NextSingle() : -random.NextSingle()).ToArray(),
            Label = i % 2,
        }).ToList();
        var options = new FineTuningOptions { Epochs = 40, BatchSize = 16, LearningRate = 3e-3, Seed = 1 };
        var (plain, flipped) = (new VitClassifier(Shape, seed: 1), new VitClassifier(Shape, seed: 1));
        FineTuner.For(plain, options).Run(pictures);
        FineTuner.For(flipped, options, flipImages: true).Run(pictures);
        Assert.IsGreaterThan(0.95, FineTuner.For(plain).Evaluate(pictures)["accuracy"]);
        Assert.IsGreaterThan(0.5, FineTuner.For(flipped).Evaluate(pictures).Loss);
    }
}
