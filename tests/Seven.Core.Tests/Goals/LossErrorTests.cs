using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Goals;
using Seven.Metrics;
using Seven.Numerics;
using Seven.Tests.Training;

namespace Seven.Tests.Goals;

/// <summary>The standard error of a loss, beside what is computed from the examples one by one.</summary>
[TestClass]
public sealed class LossErrorTests
{
    /// <summary>Of a mean over examples a jackknife that leaves out one at a time is exact.</summary>
    [TestMethod]
    [DataRow(2, 1e-9)]
    [DataRow(50, 1e-9)]
    [DataRow(1000, 0.25)]
    public void That_of_an_accuracy_is_the_deviation_of_the_differences_over_the_root_of_their_number(int count, double tolerance)
    {
        var (one, other) = (Classifier(seed: 1), Classifier(seed: 2));
        LabeledText[] examples = TinyTask.Texts(count, seed: 3);
        double[] differences = [.. IsRight(one, examples).Zip(IsRight(other, examples), (first, second) => first - second)];
        double mean = differences.Average();
        double expected = Math.Sqrt(differences.Sum(difference => (difference - mean) * (difference - mean)) / (count - 1) / count);
        Assert.IsGreaterThan(0, expected, "the models are not right about the same examples");
        Assert.AreEqual(expected, Error(one, other, examples)!.Value, tolerance * expected);
        Assert.AreEqual(0, Error(one, one, examples)!.Value, "of a model beside itself");
    }

    [TestMethod]
    public void That_of_another_metric_leaves_out_one_example_at_a_time()
    {
        EncoderModel<TokenizedText, ScoredText, float> one = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextRegression(), seed: 1), other = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextRegression(), seed: 2);
        ScoredText[] examples = [.. TinyTask.Texts(30, seed: 3).Select((text, i) => new ScoredText { Tokens = text.Tokens, Score = text.Label + i % 5 })];
        double[] wanted = [.. examples.Select(example => (double)example.Score)], first = [.. one.Predict(examples).Select(score => (double)score)], second = [.. other.Predict(examples).Select(score => (double)score)];
        double[] without = [.. Enumerable.Range(0, wanted.Length).Select(i => Correlation.Spearman(Left(first, i), Left(wanted, i)) - Correlation.Spearman(Left(second, i), Left(wanted, i)))];
        double mean = without.Average(), expected = Math.Sqrt(29.0 / 30 * without.Sum(difference => (difference - mean) * (difference - mean)));
        Assert.AreEqual(expected, LossError.Of(one, other, one.Task, examples, "Spearman", Workers.Of(1), CancellationToken.None)!.Value, 1e-9);
    }

    [TestMethod]
    public void A_single_example_has_none()
    {
        var model = Classifier(seed: 1);
        Assert.IsNull(Error(model, model, TinyTask.Texts(1, seed: 3)));
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => LossError.Of(model, model, model.Task, TinyTask.Texts(9, seed: 3), metric: null, Workers.Of(1), stopped.Token));
    }

    private static EncoderModel<TokenizedText, LabeledText, float[]> Classifier(int seed) => EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed);

    private static double? Error(EncoderModel<TokenizedText, LabeledText, float[]> one, EncoderModel<TokenizedText, LabeledText, float[]> other, LabeledText[] examples) =>
        LossError.Of(one, other, one.Task, examples, metric: null, Workers.Of(2), CancellationToken.None);

    private static IEnumerable<double> IsRight(EncoderModel<TokenizedText, LabeledText, float[]> model, LabeledText[] examples) =>
        model.Predict(examples).Zip(examples, (probabilities, example) => Array.IndexOf(probabilities, probabilities.Max()) == example.Label ? 1.0 : 0);

    private static double[] Left(double[] values, int without) => [.. values.Where((_, i) => i != without)];
}
