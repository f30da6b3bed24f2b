using Microsoft.ML;

namespace Seven.MLNet.Tests;

/// <summary>40 sentences with a label, the steps around their trainers, and how the result is judged.</summary>
public static class Sentences
{
    private static readonly string[] s_words = ["good", "bad", "fine", "awful", "film", "plot", "the", "a"];

    /// <summary>Sentences of which those with "good" or "fine" first are positive.</summary>
    public static IDataView Rows(MLContext context)
    {
        var random = new Random(1);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Row
        {
            Text = string.Join(' ', Enumerable.Range(0, 3 + i % 5).Select(_ => s_words[random.Next(s_words.Length)]).Prepend(s_words[i % 4])),
            Label = i % 2 == 0 ? "positive" : "negative",
        }).ToList());
    }

    public static IEstimator<ITransformer> Before(MLContext context) => context.Transforms.Conversion.MapValueToKey("Label");

    public static IEstimator<ITransformer> After(MLContext context) => context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel");

    public static void Evaluate(MLContext context, IDataView scored)
    {
        var metrics = context.MulticlassClassification.Evaluate(scored);
        Assert.AreEqual(2, metrics.ConfusionMatrix.NumberOfClasses);
        Assert.IsGreaterThan(0, metrics.MicroAccuracy);
    }

    public static void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline)
    {
        var folds = context.MulticlassClassification.CrossValidate(rows, pipeline, numberOfFolds: 2);
        Assert.HasCount(2, folds);
        foreach (var fold in folds)
            Assert.IsInRange(0, 1, fold.Metrics.MicroAccuracy);
    }

    /// <summary>The scores of the first row alone, through a prediction engine.</summary>
    public static float[] Predict(MLContext context, ITransformer model, IDataView rows)
    {
        using var engine = context.Model.CreatePredictionEngine<Row, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return engine.Predict(TrainerCase.First<Row>(context, rows)).Score;
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
