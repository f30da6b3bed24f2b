using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Training;

namespace Seven.MLNet.Tests.Cases;

/// <summary>Images of 8 × 8 pixels, light above or below, as vectors of pixels.</summary>
public sealed class VisionTransformerCase : EncoderCase
{
    public const int Size = 8;

    public override string Name => "VisionTransformer";

    public override string InputColumn => "Image";

    public override IDataView Rows(MLContext context)
    {
        var random = new Random(5);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 32).Select(i => new Row
        {
            Label = i % 2 == 0 ? "above" : "below",
            Image = [.. Enumerable.Range(0, 3 * Size * Size).Select(pixel => (pixel / Size % Size < Size / 2) == (i % 2 == 0) ? 150f + random.Next(100) : random.Next(100))],
        }).ToList());
    }

    public override IEstimator<ITransformer> Before(MLContext context) => context.Transforms.Conversion.MapValueToKey("Label");

    public override EncoderTrainer Trainer(MLContext context, FineTuningOptions training, UnusableRows unusable = UnusableRows.Throw, string? modelFolder = null) =>
        context.MulticlassClassification.Trainers.VisionTransformer(new VisionTransformerOptions
        {
            FineTuning = training,
            Size = EncoderSize.Tiny,
            PatchSize = 4,
            ModelFolder = modelFolder,
            UnusableRows = unusable,
        });

    public override IEstimator<ITransformer> After(MLContext context) => context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel");

    public override void Evaluate(MLContext context, IDataView scored) => Assert.AreEqual(2, context.MulticlassClassification.Evaluate(scored).ConfusionMatrix.NumberOfClasses);

    public override void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline)
    {
        foreach (var fold in context.MulticlassClassification.CrossValidate(rows, pipeline, numberOfFolds: 2))
            Assert.IsInRange(0, 1, fold.Metrics.MicroAccuracy);
    }

    public override string Predict(MLContext context, ITransformer model, IDataView rows)
    {
        using var engine = context.Model.CreatePredictionEngine<Row, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return Bits(engine.Predict(First<Row>(context, rows)).Score);
    }

    public sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(3 * Size * Size)]
        public float[] Image { get; set; } = [];
    }

    public sealed class Prediction
    {
        public string Predicted { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
