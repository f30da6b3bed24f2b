using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Inference;
using Seven.MLNet.Tests.Cases;
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
