using Microsoft.ML;
using Microsoft.ML.TorchSharp;

namespace Seven.MLNet.Tests.Cases;

public sealed class SentenceSimilarityCase : TrainerCase
{
    private static readonly string[] s_words = ["one", "two", "three", "man", "dog", "runs", "sleeps"];

    public override string Name => "SentenceSimilarity";

    public override string InputColumn => "Sentence2";

    public override bool CanCrossValidate => true;

    public override MLContext NewContext() => PretrainedFiles.NewContext(Pretrained.NasBert);

    /// <summary>24 pairs, scored by the number of words they share.</summary>
    public override IDataView Rows(MLContext context)
    {
        var random = new Random(2);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 24).Select(_ =>
        {
            string[] first = random.GetItems(s_words, 4), second = random.GetItems(s_words, 4);
            return new Row { Sentence1 = string.Join(' ', first), Sentence2 = string.Join(' ', second), Label = first.Intersect(second).Count() };
        }).ToList());
    }

    public override IEstimator<ITransformer> Before(MLContext context) => context.Transforms.CopyColumns("Target", "Label");

    public override IEstimator<ITransformer> Trainer(MLContext context, int epochs = 2) => context.Regression.Trainers.SentenceSimilarity(
        labelColumnName: "Target", sentence1ColumnName: "Sentence1", sentence2ColumnName: "Sentence2", batchSize: 8, maxEpochs: epochs);

    public override IEstimator<ITransformer> After(MLContext context) => context.Transforms.CopyColumns("Similarity", "Score");

    public override void Evaluate(MLContext context, IDataView scored) =>
        Assert.IsGreaterThan(0, context.Regression.Evaluate(scored).MeanSquaredError);

    public override void CrossValidate(MLContext context, IDataView rows, IEstimator<ITransformer> pipeline)
    {
        foreach (var fold in context.Regression.CrossValidate(rows, pipeline, numberOfFolds: 2))
            Assert.IsGreaterThan(0, fold.Metrics.MeanSquaredError);
    }

    public override string Predict(MLContext context, ITransformer model, IDataView rows)
    {
        using var engine = context.Model.CreatePredictionEngine<Row, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return Bits([engine.Predict(First<Row>(context, rows)).Score]);
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
