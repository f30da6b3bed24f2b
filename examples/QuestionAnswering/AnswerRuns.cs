using System.Diagnostics;
using System.Globalization;
using Common;
using Microsoft.ML;
using Seven.Metrics;
using Seven.MLNet;
using Seven.Terminal;

namespace QuestionAnswering;

/// <summary>Fits the pipeline once for each sparsity.</summary>
/// <param name="train">Questions to learn from.</param>
/// <param name="test">Questions to judge by.</param>
/// <param name="trainer">The network and its training.</param>
/// <param name="output">The folder for the models.</param>
/// <param name="display">Where the runs are shown.</param>
internal sealed class AnswerRuns(FileInfo train, FileInfo test, BertQuestionAnsweringOptions trainer, string output, RunDisplay display)
{
    /// <summary>Questions whose time is taken.</summary>
    private const int TimedQuestions = 20;

    /// <summary>The models, in the order of the sparsities.</summary>
    /// <param name="sparsities">Shares of weights to remove; 0 for the dense model.</param>
    public Results Run(IReadOnlyList<double> sparsities)
    {
        var mlContext = new MLContext(trainer.FineTuning?.Seed ?? 1);
        mlContext.ShowIn(display);
        var (trainData, testData) = (SquadFile.Load(mlContext, train), SquadFile.Load(mlContext, test));
        var questions = mlContext.Data.CreateEnumerable<AnswerModel.ModelInput>(testData, reuseRowObject: false).Take(TimedQuestions).ToArray();
        return new Results([.. sparsities.Select(sparsity => Run(mlContext, trainData, testData, sparsity, questions))], questions);
    }

    private (TrainedModel Model, Action Score) Run(MLContext mlContext, IDataView trainData, IDataView testData, double sparsity, AnswerModel.ModelInput[] questions)
    {
        string name = sparsity == 0 ? "dense" : string.Create(CultureInfo.InvariantCulture, $"seven-{100 * sparsity:0.#}");
        var progress = display.Start(name);
        var watch = Stopwatch.StartNew();
        var fitted = AnswerModel.RetrainModel(
            mlContext, trainData, trainer with { Progress = sparsity == 0 ? progress : null }, sparsity == 0 ? null : new SevenPruneOptions { Sparsity = sparsity, Progress = progress });
        double seconds = watch.Elapsed.TotalSeconds;
        var metrics = mlContext.MulticlassClassification.EvaluateQuestionAnswering(fitted.Transform(testData), acceptedAnswerColumnName: "AcceptedAnswers");
        Metric[] judged = [new("exact match", metrics["exact match"]), new("F1", metrics["F1"])];
        var model = TrainedModel.Save(mlContext, fitted, trainData.Schema, name, output, judged, seconds);
        var scoring = model.Load();
        return (model, scoring.ScoreAll([.. questions.Select(one => scoring.Tokenize(one.Question, one.Context))]));
    }

    /// <summary>What came of the runs.</summary>
    internal sealed record Results(IReadOnlyList<(TrainedModel Model, Action Score)> Models, AnswerModel.ModelInput[] Questions)
    {
        public void Print()
        {
            TrainedModel.Print([.. Models.Select(one => one.Model)], [.. Models.Select(one => one.Score)], Questions.Length, "question");
            foreach (var (model, _) in Models)
            {
                var answers = AnswerModel.Predict(model.Path, Questions[0]);
                Console.WriteLine($"'{Questions[0].Question}' {model.Name} answers: {string.Join(", ", answers.Answer.Zip(answers.Score, (answer, score) => string.Create(CultureInfo.InvariantCulture, $"'{answer}' ({score:P0})")))}.");
            }
        }
    }
}
