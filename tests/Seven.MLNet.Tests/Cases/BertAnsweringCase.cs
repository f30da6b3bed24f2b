using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Training;

namespace Seven.MLNet.Tests.Cases;

/// <summary>Questions about cities.</summary>
public sealed class BertAnsweringCase : EncoderCase
{
    private static readonly string[] s_cities = ["Paris", "Rome", "Oslo", "Bern"];

    public override string Name => "BertQuestionAnswering";

    public override string InputColumn => "Question";

    public override bool CanCrossValidate => false;

    public override IDataView Rows(MLContext context) => context.Data.LoadFromEnumerable(Enumerable.Range(0, 24).Select(i => new Row
    {
        Context = $"{string.Concat(Enumerable.Repeat("So it goes. ", i % 4))}She lives in {s_cities[i % 4]} now.",
        Question = "Where does she live?",
        TrainingAnswer = s_cities[i % 4],
        AnswerStart = 12 * (i % 4) + "She lives in ".Length,
    }).ToList());

    public override IEstimator<ITransformer> Before(MLContext context) => context.Transforms.CopyColumns("Asked", "Question");

    public override EncoderTrainer Trainer(MLContext context, FineTuningOptions training, UnusableRows unusable = UnusableRows.Throw, string? modelFolder = null) =>
        context.MulticlassClassification.Trainers.BertQuestionAnswering(new BertQuestionAnsweringOptions
        {
            FineTuning = training,
            Size = EncoderSize.Tiny,
            MaximumTokens = 24,
            MaximumQuestionTokens = 8,
            WindowOverlap = 8,
            ModelFolder = modelFolder,
            UnusableRows = unusable,
        });

    public override IEstimator<ITransformer> After(MLContext context) => context.Transforms.CopyColumns("Answered", "Answer");

    /// <summary>ML.NET has no evaluator for answers: there are as many as asked for, each a part of the context.</summary>
    public override void Evaluate(MLContext context, IDataView scored)
    {
        var contexts = scored.GetColumn<string>("Context").ToList();
        var answers = scored.GetColumn<string[]>("Answer").ToList();
        for (int row = 0; row < contexts.Count; row++)
        {
            Assert.HasCount(3, answers[row]);
            foreach (string answer in answers[row])
                Assert.Contains(answer, contexts[row]);
        }
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

        public int AnswerStart { get; set; }
    }

    public sealed class Prediction
    {
        public string[] Answer { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}
