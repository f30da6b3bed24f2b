using Microsoft.ML;
using Seven.Training;

namespace Seven.MLNet.Tests.Cases;

/// <summary>Pairs of sentences, with a number as label: whether they share their first word.</summary>
public sealed class BertPairsCase : EncoderCase
{
    private static readonly string[] s_words = ["one", "two", "three", "man", "dog", "runs", "sleeps"];

    public override string Name => "Bert, pairs";

    public override string InputColumn => "Second";

    public override IDataView Rows(MLContext context)
    {
        var random = new Random(2);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i =>
        {
            string[] first = random.GetItems(s_words, 4), second = random.GetItems(s_words, 4);
            if (i % 2 == 0)
                second[0] = first[0];
            return new Row { First = string.Join(' ', first), Second = string.Join(' ', second), Label = first[0] == second[0] ? 1 : 0 };
        }).ToList());
    }

    public override IEstimator<ITransformer> Before(MLContext context) => context.Transforms.Conversion.MapValueToKey("Label");

    public override EncoderTrainer Trainer(MLContext context, FineTuningOptions training, UnusableRows unusable = UnusableRows.Throw, string? modelFolder = null) =>
        context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions
        {
            FineTuning = training,
            Size = EncoderSize.Tiny,
            TextColumnName = "First",
            SecondTextColumnName = "Second",
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
        var prediction = engine.Predict(First<Row>(context, rows));
        Assert.AreEqual(prediction.Score[0] > prediction.Score[1] ? 1f : 0f, prediction.Predicted, "the first key is that of the first row, 1");
        return Bits(prediction.Score);
    }

    public sealed class Row
    {
        public string First { get; set; } = "";

        public string Second { get; set; } = "";

        public float Label { get; set; }
    }

    public sealed class Prediction
    {
        public float Predicted { get; set; }

        public float[] Score { get; set; } = [];
    }
}
