using Microsoft.ML;

namespace Seven.MLNet.Tests;

/// <summary>Pairs of sentences with a score, the steps around their trainers, and how the result is judged.</summary>
public static class SentencePairs
{
    private static readonly string[] s_words = ["one", "two", "three", "man", "dog", "runs", "sleeps"];

    /// <summary>24 pairs, scored by the number of words they share.</summary>
    public static IDataView Rows(MLContext context)
    {
        var random = new Random(2);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 24).Select(_ =>
        {
            string[] first = random.GetItems(s_words, 4), second = random.GetItems(s_words, 4);
            return new Row { Sentence1 = string.Join(' ', first), Sentence2 = string.Join(' ', second), Label = first.Intersect(second).Count() };
        }).ToList());
    }

    public static IEstimator<ITransformer> Before(MLContext context) => context.Transforms.CopyColumns("Target", "Label");

    public static IEstimator<ITransformer> After(MLContext context) => context.Transforms.CopyColumns("Similarity", "Score");

    public static void Evaluate(MLContext context, IDataView scored) =>
        Assert.IsGreaterThan(0, context.Regression.Evaluate(scored).MeanSquaredError);

    public static void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline)
    {
        foreach (var fold in context.Regression.CrossValidate(rows, pipeline, numberOfFolds: 2))
            Assert.IsGreaterThan(0, fold.Metrics.MeanSquaredError);
    }

    /// <summary>The score of the first row alone, through a prediction engine.</summary>
    public static float Predict(MLContext context, ITransformer model, IDataView rows)
    {
        using var engine = context.Model.CreatePredictionEngine<Row, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return engine.Predict(TrainerCase.First<Row>(context, rows)).Score;
    }

    public sealed class Row
    {
        public string Sentence1 { get; set; } = "";

        public string Sentence2 { get; set; } = "";

        public float Label { get; set; }
    }

    public sealed class Prediction
    {
        public float Score { get; set; }
    }
}
