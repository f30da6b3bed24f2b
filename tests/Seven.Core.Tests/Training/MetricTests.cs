using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Metrics;
using Seven.Training;

namespace Seven.Tests.Training;

/// <summary>Figures of merit on small cases reckoned by hand.</summary>
[TestClass]
public sealed class MetricTests
{
    [TestMethod]
    public void Classification()
    {
        var metrics = ClassificationMetrics.Of(new long[,] { { 6, 2 }, { 1, 3 } }).ToDictionary(metric => metric.Name, metric => metric.Value);
        Assert.AreEqual(9 / 12.0, metrics["accuracy"], 1e-12);
        Assert.AreEqual((2 * 6 / 15.0 + 2 * 3 / 9.0) / 2, metrics["macro F1"], 1e-12);
        Assert.AreEqual((6 * 3 - 2 * 1) / Math.Sqrt(8.0 * 4 * 7 * 5), metrics["Matthews"], 1e-12);
    }

    [TestMethod]
    public void A_classifier_that_always_says_the_same_has_no_correlation() =>
        Assert.AreEqual(0, ClassificationMetrics.Of(new long[,] { { 5, 0 }, { 5, 0 } })[2].Value);

    [TestMethod]
    public void Correlations()
    {
        Assert.AreEqual(1, Correlation.Pearson([1, 2, 3], [2, 4, 6]), 1e-12);
        Assert.AreEqual(-1, Correlation.Spearman([1, 2, 3], [9, 4, -1]), 1e-12);
        Assert.AreEqual(1, Correlation.Spearman([1, 2, 3, 4], [1, 10, 100, 1000]), 1e-12);
        Assert.AreEqual(Math.Sqrt(0.9), Correlation.Spearman([1, 2, 2, 3], [1, 2, 3, 4]), 1e-12);
        Assert.AreEqual(0, Correlation.Pearson([1, 1, 1], [1, 2, 3]));
    }

    [TestMethod]
    [DataRow("cat cat", "cat", 2 * 1 / 3.0)]
    [DataRow("cat", "cat cat", 2 * 1 / 3.0)]
    [DataRow("cat cat dog", "cat dog cat", 1)]
    [DataRow("The cat!", "a cat", 1)]
    [DataRow("dog", "cat", 0)]
    public void Answers_share_a_word_as_often_as_both_have_it(string given, string accepted, double f1) =>
        Assert.AreEqual(f1, AnswerMetrics.F1(given, accepted), 1e-12);

    [TestMethod]
    public void Spans_are_the_best_sum_with_end_not_before_start()
    {
        var scores = new SpanScores([0, 5, 0, 1], [9, 0, 4, 0]);
        Assert.AreEqual((0, 0), scores.Best());
        Assert.AreEqual((1, 2), new SpanScores([0, 5, 0, 1], [2, 0, 4, 0]).Best());
        Assert.AreEqual((2, 2), new SpanScores([0, 1, 0, 0], [0, 0, 4, 0]).Best(maximumTokens: 1));
    }

    /// <summary>A network that reads twelve tokens sees nothing of an answer from the thirteenth on: it learns nothing from it, and goes on.</summary>
    [TestMethod]
    [DataRow(12)]
    [DataRow(13)]
    public void An_answer_beyond_what_the_network_reads_has_no_loss(int start)
    {
        AnsweredText[] answers = [new() { Tokens = [.. Enumerable.Range(1, 16)], Start = start, End = start }];
        var result = FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.QuestionAnswering()), new FineTuningOptions { Epochs = 1 }).Run(answers);
        Assert.AreEqual(0, result.History[0].TrainingLoss);
        Assert.AreEqual(1, result.CutExamples);
    }

    [TestMethod]
    public void Regression_and_question_answering_learn_and_are_judged()
    {
        var random = new Random(1);
        var options = new FineTuningOptions { Epochs = 8, BatchSize = 8, LearningRate = 3e-3 };
        ScoredText[] scored = [.. TinyTask.Texts(150, 3).Select(text => new ScoredText { Tokens = text.Tokens, Score = text.Label + 0.1f * random.NextSingle() })];
        var regression = FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextRegression()), options).Run(scored, scored);
        Assert.IsGreaterThan(0.9, regression.Evaluation!["Pearson"]);

        AnsweredText[] answered = [.. Enumerable.Range(0, 150).Select(_ => Answered(random.Next(1, 8)))];
        var answering = FineTuner.For(EncoderModel.Create(TinyTask.Shape, EncoderTasks.QuestionAnswering()), options).Run(answered, answered);
        Assert.IsGreaterThan(0.9, answering.Evaluation!["F1"]);
        Assert.IsGreaterThan(0.9, answering.Evaluation["exact match"]);

        // The answer is the two tokens marked 30 and 31 among others below 20.
        AnsweredText Answered(int start)
        {
            int[] tokens = [.. Enumerable.Range(0, 10).Select(_ => random.Next(20))];
            (tokens[start], tokens[start + 1]) = (30, 31);
            return new AnsweredText { Tokens = tokens, Start = start, End = start + 1 };
        }
    }

    /// <summary>Values of SQuAD's evaluate-v1.1.py.</summary>
    [TestMethod]
    [DataRow("The Eiffel Tower!", "eiffel  tower", 1.0, true)]
    [DataRow("in Paris, France", "Paris", 0.5, false)]
    [DataRow("Rome", "Paris", 0.0, false)]
    [DataRow("a b b", "b b c", 0.8, false)]
    [DataRow("", "Paris", 0.0, false)]
    [DataRow("30–60%", "30–60", 1.0, true)]
    public void Answers_are_compared_as_SQuAD_does(string given, string accepted, double f1, bool isExact)
    {
        Assert.AreEqual(f1, AnswerMetrics.F1(given, accepted), 1e-12);
        Assert.AreEqual(isExact, AnswerMetrics.IsExact(given, accepted));
    }

    [TestMethod]
    public void The_best_of_the_accepted_answers_counts()
    {
        var metrics = AnswerMetrics.Of([("in Paris", ["Rome", "the Paris"]), ("no", ["yes"])]);
        Assert.AreEqual(1 / 3.0, metrics[0].Value, 1e-12);
        Assert.AreEqual(0, metrics[1].Value);
        Assert.ThrowsExactly<ArgumentException>(() => AnswerMetrics.Of([]));
        Assert.ThrowsExactly<ArgumentException>(() => AnswerMetrics.Of([("x", [])]));
    }
}
