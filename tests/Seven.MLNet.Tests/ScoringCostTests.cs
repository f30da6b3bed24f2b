using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Inference;
using Seven.MLNet.Tests.Cases;
using Seven.Tokens;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>What scoring costs, beside Seven.Core called directly.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ScoringCostTests
{
    /// <summary>Tokens and scores of one sentence after another, through a prediction engine and directly; medians of each sentence's times.</summary>
    [TestMethod]
    public void A_prediction_engine_takes_at_most_a_fifth_longer_than_Seven_Core()
    {
        var context = new MLContext(seed: 1);
        var rows = ScoringCost.Sentences(context);
        using var fitted = ScoringCost.Fit(context, rows).Model;
        var encoder = EncoderCase.EncoderIn(fitted);
        using var engine = context.Model.CreatePredictionEngine<Sentences.Row, Prediction>(fitted, new PredictionEngineOptions { OwnsTransformer = false });
        string folder = Directory.CreateTempSubdirectory("seven-latency-").FullName;
        encoder.SaveCompact(folder);
        using var direct = SparseModel.Load(folder);
        var pieces = TokenizerFolder.Read(folder, (TextConfiguration)direct.Configuration);
        var sentences = context.Data.CreateEnumerable<Sentences.Row>(rows, reuseRowObject: false).Take(200).ToList();

        AssertAtMostAFifthLonger(
            "sentence", sentences, sentence => engine.Predict(sentence),
            sentence => direct.Classify(pieces.Join(pieces.Encode(sentence.Text), 512).Tokens is int[] tokens ? tokens : []));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The same for images of 32 × 32 pixels.</summary>
    [TestMethod]
    public void A_prediction_engine_takes_at_most_a_fifth_longer_than_Seven_Core_for_images_too()
    {
        var context = new MLContext(seed: 1);
        var random = new Random(4);
        var images = Enumerable.Range(0, 64).Select(i => new ImageRow { Image = [.. Enumerable.Range(0, 3072).Select(_ => (float)random.Next(256))], Label = i % 2 == 0 ? "even" : "odd" }).ToList();
        var trainer = context.MulticlassClassification.Trainers.VisionTransformer(new VisionTransformerOptions { Size = EncoderSize.Mini, FineTuning = new FineTuningOptions { Epochs = 1, BatchSize = 16 } });
        using var fitted = context.Transforms.Conversion.MapValueToKey("Label").Append(context.Transforms.SevenPrune(trainer)).Fit(context.Data.LoadFromEnumerable(images));
        using var engine = context.Model.CreatePredictionEngine<ImageRow, Prediction>(fitted, new PredictionEngineOptions { OwnsTransformer = false });
        string folder = Directory.CreateTempSubdirectory("seven-latency-").FullName;
        EncoderCase.EncoderIn(fitted).SaveCompact(folder);
        using var direct = SparseModel.Load(folder);
        var normalization = PictureNormalization.Load(folder);

        AssertAtMostAFifthLonger("image", images, image => engine.Predict(image), image =>
        {
            float[] pixels = [.. image.Image];
            normalization.Apply(pixels);
            direct.Classify(new Picture { Pixels = pixels });
        });
        Directory.Delete(folder, recursive: true);
    }

    private static void AssertAtMostAFifthLonger<T>(string what, IReadOnlyList<T> inputs, Action<T> byEngine, Action<T> byCore)
    {
        double ratio = double.PositiveInfinity;
        for (int attempt = 0; attempt < 5 && ratio > 1.2; attempt++)
        {
            var times = (Engine: new List<double>(), Core: new List<double>());
            for (int round = 0; round < ScoringCost.Rounds; round++)
            {
                foreach (var input in inputs)
                {
                    times.Engine.Add(ScoringCost.SecondsOf(() => byEngine(input)));
                    times.Core.Add(ScoringCost.SecondsOf(() => byCore(input)));
                }
            }

            ratio = ScoringCost.Median(times.Engine) / ScoringCost.Median(times.Core);
            Console.WriteLine($"One {what} takes {1e6 * ScoringCost.Median(times.Engine):F0} µs through a prediction engine, {1e6 * ScoringCost.Median(times.Core):F0} µs directly: {ratio:F3} times.");
        }

        Assert.IsLessThanOrEqualTo(1.2, ratio);
    }

    private sealed class ImageRow
    {
        public string Label { get; set; } = "";

        [VectorType(3072)]
        public float[] Image { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
