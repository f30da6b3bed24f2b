using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;

namespace Seven.MLNet.TorchSharp.Tests.Cases;

public sealed class QuestionAnswerCase : StockCase
{
    private static readonly string[] s_cities = ["Paris", "Rome", "Oslo", "Bern"];

    public override string Name => "QuestionAnswer";

    public override string InputColumn => "Question";

    public override MLContext NewContext() => PretrainedFiles.NewContext(Pretrained.Roberta);

    /// <summary>4 questions about a city.</summary>
    public override IDataView Rows(MLContext context) => context.Data.LoadFromEnumerable(s_cities.Select(city => new Row
    {
        Context = $"She lives in {city} now.",
        Question = "Where does she live?",
        TrainingAnswer = city,
        AnswerIndex = "She lives in ".Length,
    }).ToList());

    public override IEstimator<ITransformer> Before(MLContext context) => context.Transforms.CopyColumns("Asked", "Question");

    public override IEstimator<ITransformer> Trainer(MLContext context, int epochs = 2) =>
        context.MulticlassClassification.Trainers.QuestionAnswer(maxEpochs: epochs, batchSize: 2);

    public override IEstimator<ITransformer> After(MLContext context) => context.Transforms.CopyColumns("Answered", "Answer");

    /// <summary>ML.NET has no evaluator for answers: there are as many as asked for.</summary>
    public override void Evaluate(MLContext context, IDataView scored)
    {
        foreach (var answers in scored.GetColumn<VBuffer<ReadOnlyMemory<char>>>("Answer"))
            Assert.AreEqual(3, answers.Length);
    }

    public override string Predict(MLContext context, ITransformer model, IDataView rows)
    {
        using var engine = context.Model.CreatePredictionEngine<Row, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return Bits(engine.Predict(First<Row>(context, rows)).Score);
    }

    public sealed class Row
    {
        public string Context { get; set; } = "";

        public string Question { get; set; } = "";

        public string TrainingAnswer { get; set; } = "";

        public int AnswerIndex { get; set; }
    }

    public sealed class Prediction
    {
        public string[] Answer { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}
