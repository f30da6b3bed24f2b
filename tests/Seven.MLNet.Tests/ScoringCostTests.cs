using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;
using Seven.Encoders;
using Seven.Inference;
using Seven.MLNet.Encoders.Text;
using Seven.MLNet.Tests.Cases;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>What scoring costs, beside ML.NET's own text classification and beside Seven.Core called directly.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ScoringCostTests
{
    private const int Rows = 256;
    private const int Rounds = 3;

    /// <summary>Both networks have some five million parameters and read the same sentences of 24 to 32 words, in turns; medians.</summary>
    [TestMethod]
    public void Transform_scores_ten_times_the_rows_a_second_of_ML_NETs_own_text_classification()
    {
        var context = PretrainedFiles.NewContext(Pretrained.NasBert);
        var rows = Sentences(context);
        var before = context.Transforms.Conversion.MapValueToKey("Label");
        var stock = before.Append(context.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Text", batchSize: 32, maxEpochs: 1)).Fit(context.Data.TakeRows(rows, 32));
        var ours = Fit(context, rows);
        Assert.IsInRange(0.8, 1.4, ours.Parameters / 4_475_522.0);

        double ratio = 0;
        for (int attempt = 0; attempt < 3 && ratio < 10; attempt++)
        {
            var times = (Stock: new List<double>(), Ours: new List<double>());
            for (int round = 0; round < Rounds; round++)
            {
                times.Stock.Add(SecondsOf(() => Read(stock.Transform(rows))));
                times.Ours.Add(SecondsOf(() => Read(ours.Model.Transform(rows))));
            }

            ratio = Median(times.Stock) / Median(times.Ours);
            Console.WriteLine($"{Rows / Median(times.Stock):F0} rows a second by ML.NET's transformer, {Rows / Median(times.Ours):F0} by the encoder: {ratio:F1} times as many.");
        }

        Assert.IsGreaterThanOrEqualTo(10, ratio);
    }

    /// <summary>Tokens and scores of one sentence after another, through a prediction engine and directly; medians of each sentence's times.</summary>
    [TestMethod]
    public void A_prediction_engine_takes_at_most_a_fifth_longer_than_Seven_Core()
    {
        var context = new MLContext(seed: 1);
        var rows = Sentences(context);
        using var fitted = Fit(context, rows).Model;
        var encoder = EncoderCase.EncoderIn(fitted);
        using var engine = context.Model.CreatePredictionEngine<TextClassificationCase.Row, Prediction>(fitted, new PredictionEngineOptions { OwnsTransformer = false });
        string folder = Directory.CreateTempSubdirectory("seven-latency-").FullName;
        encoder.SaveCompact(folder);
        using var direct = SparseModel.Load(folder);
        var pieces = new WordPieces(Vocabulary.Read(folder));
        var sentences = context.Data.CreateEnumerable<TextClassificationCase.Row>(rows, reuseRowObject: false).Take(200).ToList();

        AssertAtMostAFifthLonger(
            "sentence", sentences, sentence => engine.Predict(sentence),
            sentence => direct.Classify(pieces.Join(pieces.Encode(sentence.Text.AsMemory()), 512).Tokens is int[] tokens ? tokens : []));
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
            for (int round = 0; round < Rounds; round++)
            {
                foreach (var input in inputs)
                {
                    times.Engine.Add(SecondsOf(() => byEngine(input)));
                    times.Core.Add(SecondsOf(() => byCore(input)));
                }
            }

            ratio = Median(times.Engine) / Median(times.Core);
            Console.WriteLine($"One {what} takes {1e6 * Median(times.Engine):F0} µs through a prediction engine, {1e6 * Median(times.Core):F0} µs directly: {ratio:F3} times.");
        }

        Assert.IsLessThanOrEqualTo(1.2, ratio);
    }

    /// <summary>A BERT of 4 × 256 over 7,000 words, pruned to 80 %.</summary>
    private static (TransformerChain<SevenPruneTransformer> Model, long Parameters) Fit(MLContext context, IDataView rows)
    {
        string vocabulary = Path.Combine(Directory.CreateTempSubdirectory("seven-vocabulary-").FullName, "vocab.txt");
        File.WriteAllLines(vocabulary, [.. Vocabulary.Special, .. Enumerable.Range(0, 7000).Select(i => "word" + i)]);
        var trainer = context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions
        {
            Size = EncoderSize.Mini,
            VocabularyFile = vocabulary,
            FineTuning = new FineTuningOptions { Epochs = 1, BatchSize = 16 },
        });
        var model = context.Transforms.Conversion.MapValueToKey("Label").Append(context.Transforms.SevenPrune(trainer)).Fit(context.Data.TakeRows(rows, 160));
        return (model, new BertClassifier((BertConfiguration)EncoderCase.EncoderIn(model).Model.Configuration).ParameterCount);
    }

    private static IDataView Sentences(MLContext context)
    {
        var random = new Random(4);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new TextClassificationCase.Row
        {
            Text = string.Join(' ', Enumerable.Range(0, 24 + i % 9).Select(_ => "word" + random.Next(1000))),
            Label = i % 2 == 0 ? "even" : "odd",
        }).ToList());
    }

    private static void Read(IDataView scored)
    {
        using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        var getter = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        var scores = default(VBuffer<float>);
        int count = 0;
        for (; cursor.MoveNext(); count++)
            getter(ref scores);
        Assert.AreEqual(Rows, count);
    }

    private static double SecondsOf(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

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
