using Microsoft.ML;
using Microsoft.ML.TorchSharp;

namespace Seven.MLNet.Tests.Cases;

public sealed class TextClassificationCase : TrainerCase
{
    private static readonly string[] s_words = ["good", "bad", "fine", "awful", "film", "plot", "the", "a"];

    public override string Name => "TextClassification";

    public override string InputColumn => "Text";

    public override bool CanCrossValidate => true;

    public override MLContext NewContext() => PretrainedFiles.NewContext(Pretrained.NasBert);

    /// <summary>40 sentences, of which those with "good" or "fine" first are positive.</summary>
    public override IDataView Rows(MLContext context)
    {
        var random = new Random(1);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Row
        {
            Text = string.Join(' ', Enumerable.Range(0, 3 + i % 5).Select(_ => s_words[random.Next(s_words.Length)]).Prepend(s_words[i % 4])),
            Label = i % 2 == 0 ? "positive" : "negative",
        }).ToList());
    }

    public override IEstimator<ITransformer> Before(MLContext context) => context.Transforms.Conversion.MapValueToKey("Label");

    public override IEstimator<ITransformer> Trainer(MLContext context, int epochs = 2) =>
        context.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Text", batchSize: 8, maxEpochs: epochs);

    public override IEstimator<ITransformer> After(MLContext context) => context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel");

    public override void Evaluate(MLContext context, IDataView scored)
    {
        var metrics = context.MulticlassClassification.Evaluate(scored);
        Assert.AreEqual(2, metrics.ConfusionMatrix.NumberOfClasses);
        Assert.IsGreaterThan(0, metrics.MicroAccuracy);
    }

    public override void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline)
    {
        var folds = context.MulticlassClassification.CrossValidate(rows, pipeline, numberOfFolds: 2);
        Assert.HasCount(2, folds);
        foreach (var fold in folds)
            Assert.IsInRange(0, 1, fold.Metrics.MicroAccuracy);
    }

    public override string Predict(MLContext context, ITransformer model, IDataView rows)
    {
        using var engine = context.Model.CreatePredictionEngine<Row, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return Bits(engine.Predict(First<Row>(context, rows)).Score);
    }

    public sealed class Row
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";
    }

    public sealed class Prediction
    {
        public string Predicted { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
