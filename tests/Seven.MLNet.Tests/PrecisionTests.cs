using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Formats.Compact;
using Seven.Inference;
using Seven.MLNet.Tests.Cases;
using Seven.Tests;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>Fitted pipelines whose encoders score in int8: near to float32, saved so, and the pipeline before is as it was.</summary>
[TestClass]
public sealed class PrecisionTests
{
    private static readonly MLContext s_context = new(seed: 1);

    private static FineTuningOptions Training => new() { Epochs = 10, BatchSize = 8, LearningRate = 1e-3 };

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_int8_pipeline_scores_nearly_as_before_and_is_saved_so(bool wraps)
    {
        var bert = new BertCase();
        var rows = bert.Rows(s_context);
        var prune = new SevenPruneOptions { Sparsity = 0.8 };
        ITransformer float32 = wraps
            ? bert.Before(s_context).Append(s_context.Transforms.SevenPrune(bert.Trainer(s_context, Training), prune)).Fit(rows)
            : bert.Before(s_context).Append(bert.Trainer(s_context, Training)).Append(s_context.Transforms.SevenPrune(prune)).Fit(rows);
        float[][] before = Scores(float32, rows);

        ITransformer int8 = float32.WithPrecision(Precision.Int8);

        float[][] found = Scores(int8, rows);
        Assert.AreNotEqual(0, Difference(before, found));
        Assert.IsLessThan(0.05, Difference(before, found));
        Assert.AreEqual(0, Difference(before, Scores(float32, rows)), "the pipeline before");
        Assert.AreEqual(Precision.Int8, EncoderOf(int8).Model.Precision);

        using var file = new MemoryStream();
        s_context.Model.Save(int8, rows.Schema, file);
        file.Position = 0;
        var loaded = s_context.Model.Load(file, out _);
        Assert.AreEqual(0, Difference(found, Scores(loaded, rows)), "loaded");
        using var floats = new MemoryStream();
        s_context.Model.Save(float32, rows.Schema, floats);
        Assert.IsLessThan(floats.Length, file.Length);
    }

    [TestMethod]
    public void Every_kind_of_encoder_scores_in_int8()
    {
        foreach (var encoder in EncoderCase.All)
        {
            var rows = encoder.Rows(s_context);
            var model = encoder.Before(s_context).Append(encoder.Trainer(s_context, Training with { Epochs = 1 })).Fit(rows);
            Assert.AreNotEqual(0, model.WithPrecision(Precision.Int8).Transform(rows).Preview().RowView.Length, encoder.ToString());
        }
    }

    /// <summary>The rows that calibrate go through the steps before the encoder, as rows that are scored do.</summary>
    [TestMethod]
    public void A_calibrated_int8_pipeline_scores_nearer_and_is_saved_so()
    {
        var bert = new BertCase();
        var rows = bert.Rows(s_context);
        var float32 = bert.Before(s_context)
            .Append(s_context.Transforms.CopyColumns("Copied", "Text"))
            // After one epoch probabilities are not 0 and 1 yet, whose differences would be noise.
            .Append(s_context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions { FineTuning = Training with { Epochs = 1 }, Size = EncoderSize.Tiny, TextColumnName = "Copied" }))
            .Append(s_context.Transforms.SevenPrune(new SevenPruneOptions { Sparsity = 0.5 })).Fit(rows);
        float[][] before = Scores(float32, rows);

        ITransformer plain = float32.WithPrecision(Precision.Int8), calibrated = float32.WithPrecision(Precision.Int8, rows);

        float[][] found = Scores(calibrated, rows);
        Assert.IsLessThan(Difference(before, Scores(plain, rows)), Difference(before, found));
        Assert.AreEqual(0, Difference(before, Scores(float32, rows)), "the pipeline before");
        Assert.AreEqual(Precision.Int8, EncoderOf(calibrated).Model.Precision);
        using var file = new MemoryStream();
        s_context.Model.Save(calibrated, rows.Schema, file);
        file.Position = 0;
        Assert.AreEqual(0, Difference(found, Scores(s_context.Model.Load(file, out _), rows)), "loaded");
    }

    [TestMethod]
    public void Every_kind_of_encoder_is_saved_in_4_bits_with_calibration()
    {
        foreach (var encoder in EncoderCase.All)
        {
            var rows = encoder.Rows(s_context);
            var model = encoder.Before(s_context).Append(encoder.Trainer(s_context, Training with { Epochs = 1 })).Fit(rows);
            string folder = TestFolders.Temporary();
            EncoderOf(model).SaveCompact(folder, ValuePrecision.Int4, model.Transform(rows));
            using (var loaded = SparseModel.Load(folder))
                Assert.AreEqual(Precision.Int8, loaded.Precision, encoder.ToString());
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Calibration_that_is_impossible_is_refused()
    {
        var bert = new BertCase();
        var rows = bert.Rows(s_context);
        var model = bert.Before(s_context).Append(bert.Trainer(s_context, Training with { Epochs = 1 })).Fit(rows);
        var none = s_context.Data.FilterRowsByColumn(s_context.Data.LoadFromEnumerable([new { Text = "a text", Number = 1f }]), "Number", lowerBound: 2);
        string target = Path.Combine(Path.GetTempPath(), "seven-never-written");

        Assert.Contains("Float32, for which no weight is rounded", Assert.ThrowsExactly<ArgumentException>(() => model.WithPrecision(Precision.Float32, rows)).Message);
        Assert.Contains("no calibration inputs", Assert.ThrowsExactly<ArgumentException>(() => EncoderOf(model).SaveCompact(target, ValuePrecision.Int8, none)).Message);
        Assert.Contains("Float16, which rounds no weight by calibration", Assert.ThrowsExactly<ArgumentException>(() => EncoderOf(model).SaveCompact(target, ValuePrecision.Float16, rows)).Message);
        var other = s_context.Data.LoadFromEnumerable([new { Number = 1f }]);
        Assert.Contains("Text", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => EncoderOf(model).SaveCompact(target, ValuePrecision.Int8, other)).Message);
        Assert.IsFalse(Directory.Exists(target));
    }

    [TestMethod]
    public void A_pipeline_without_an_encoder_is_refused()
    {
        var bert = new BertCase();
        var keys = bert.Before(s_context).Fit(bert.Rows(s_context));
        Assert.Contains("no encoder of Seven.MLNet", Assert.ThrowsExactly<NotSupportedException>(() => keys.WithPrecision(Precision.Int8)).Message);
    }

    private static float[][] Scores(ITransformer model, IDataView rows) => [.. model.Transform(rows).GetColumn<float[]>("Score")];

    private static EncoderTransformer EncoderOf(ITransformer model) => ((IEnumerable<ITransformer>)model)
        .Select(step => step as EncoderTransformer ?? (step as SevenPruneTransformer)?.Network as EncoderTransformer).OfType<EncoderTransformer>().First();

    private static double Difference(float[][] left, float[][] right) =>
        left.Zip(right, (one, other) => one.Zip(other, (a, b) => Math.Abs((double)a - b)).Max()).Max();
}
