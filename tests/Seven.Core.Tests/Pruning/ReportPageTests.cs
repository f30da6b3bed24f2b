using System.Xml.Linq;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Reports;
using Seven.Tests.Training;
using Seven.Training;

namespace Seven.Tests.Pruning;

/// <summary>The page for people, and the scores and course that it shows.</summary>
[TestClass]
public sealed class ReportPageTests
{
    [TestMethod]
    public void A_runs_page_is_whole_and_of_one_file()
    {
        var model = EncoderModel.Create(TinyTask.Shape with { Layers = 2 }, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var result = FineTuner.For(model, new FineTuningOptions { Epochs = 3, BatchSize = 8, LearningRate = 3e-3, Pruning = new PruningOptions() })
            .Run(TinyTask.Texts(200, seed: 1), TinyTask.Texts(80, seed: 2));
        var report = result.Pruning!.WithLatency(new LatencyComparison("a <text>", 4, 1));

        var (page, text) = Saved(report);
        foreach (string shown in new[] { "Pruned to 80.0 % by SEVEN", "bert.encoder.layer.0", "bert.encoder.layer.1", "bert.pooler.dense.weight", "threshold", "4.0 times as long", "a <text>" })
            StringAssert.Contains(page.ToString().Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal), shown);
        Assert.IsFalse(text.Contains("http", StringComparison.Ordinal) || text.Contains("src=", StringComparison.Ordinal) || text.Contains("<script", StringComparison.Ordinal), "something from elsewhere");
        Assert.HasCount(3, page.Descendants("svg").ToArray(), "weights, scores, course");
        Assert.HasCount(3, page.Descendants("circle").ToArray(), "an epoch's evaluation each");
    }

    [TestMethod]
    public void The_course_is_that_of_the_run()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var result = FineTuner.For(model, new FineTuningOptions { Epochs = 2, BatchSize = 10, Pruning = new PruningOptions() })
            .Run(TinyTask.Texts(200, seed: 1), TinyTask.Texts(80, seed: 2));
        var course = result.Pruning!.Course;
        Assert.HasCount(40 + 2, course, "each update, and each epoch's end");
        Assert.AreEqual(0, course[0].Sparsity);
        Assert.AreEqual(result.Pruning.Sparsity, course[^1].Sparsity);
        CollectionAssert.AreEqual(
            result.History.Select(epoch => (double?)epoch.Evaluation!["accuracy"]).ToArray(), course.Where(point => point.Evaluation is not null).Select(point => point.Evaluation).ToArray());
    }

    [TestMethod]
    [DataRow(PruningScope.Global)]
    [DataRow(PruningScope.PerLayer)]
    public void Scores_are_counted_as_the_last_step_saw_them(PruningScope scope)
    {
        var random = new Random(1);
        TestWeight[] weights = [.. Enumerable.Range(0, 3).Select(i => new TestWeight($"layer.{i}.weight", 1000))];
        foreach (var weight in weights)
            foreach (ref float value in weight.Values)
                value = (float)Math.Exp(4 * random.NextDouble());
        var pruner = new Pruner(weights, new PruningOptions { Criterion = new MagnitudeCriterion(), Scope = scope }, new PruningSchedule(0.6, 0, 3));
        pruner.Step();
        Assert.IsNull(pruner.Report().Scores);
        pruner.Step();
        pruner.Step();

        var report = pruner.Report();
        var scores = report.Scores!;
        Assert.AreEqual(report.Kept, scores.Ranges.Sum(range => range.Kept));
        Assert.AreEqual(3000 - report.Kept, scores.Ranges.Sum(range => range.Removed));
        for (int i = 1; i < scores.Ranges.Count; i++)
            Assert.AreEqual(scores.Ranges[i - 1].To, scores.Ranges[i].From);
        if (scope == PruningScope.PerLayer)
        {
            Assert.IsNull(scores.Threshold);
            return;
        }

        // Magnitudes do not change: one threshold separates all kept weights from all removed ones.
        float smallest = weights.SelectMany(weight => weight.Values.ToArray()).Where(value => value != 0).Min();
        Assert.AreEqual(smallest, scores.Threshold!.Value, 1e-6);
        foreach (var range in scores.Ranges)
            Assert.IsTrue((range.From <= scores.Threshold || range.Removed == 0) && (range.To > scores.Threshold || range.Kept == 0), range.ToString());
    }

    [TestMethod]
    public void Scores_of_either_sign_and_zeros_are_counted()
    {
        var random = new Random(2);
        var weight = new TestWeight("weight", 1000);
        var pruner = new Pruner([weight], new PruningOptions { Criterion = new MovementCriterion() }, new PruningSchedule(0.5, 0, 2));
        for (int step = 0; step < 2; step++)
        {
            for (int i = 0; i < 1000; i++)
                (weight.Values[i], weight.Gradient[i]) = (step == 0 || weight.Values[i] != 0 ? 1 : 0, i % 10 == 0 ? 0 : random.NextSingle() - 0.5f);
            pruner.Step();
        }

        var ranges = pruner.Report().Scores!.Ranges;
        Assert.AreEqual(1000, ranges.Sum(range => range.Kept + range.Removed));
        Assert.IsTrue(ranges[0].From < 0 && ranges[^1].To > 0 && ranges.Count(range => range.From <= 0 && range.To > 0) == 1, string.Join("; ", ranges));
        Assert.IsLessThanOrEqualTo(97, ranges.Count);
    }

    [TestMethod]
    public void A_report_of_masks_alone_has_a_page_too()
    {
        var report = new PruningReport("SEVEN", 0.5, [new LayerSparsity("a<b>.3.weight", [4, 5], 20, 10), new LayerSparsity("conv", [2, 3, 3, 3], 54, 54)], 100);
        var (page, _) = Saved(report);
        Assert.IsEmpty(page.Descendants("svg"));
        Assert.Contains("a<b>.3", page.Descendants("td").Select(cell => cell.Value));
        Assert.AreEqual(400, report.DenseBytes);
        // A matrix so small takes more as a bitmask: it stays dense.
        Assert.AreEqual(400, report.CompactBytes);
    }

    [TestMethod]
    public void The_bytes_are_those_of_the_file()
    {
        var model = EncoderModel.Create(TinyTask.Shape with { HiddenSize = 64, IntermediateSize = 256 }, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var result = FineTuner.For(model, new FineTuningOptions { Epochs = 1, BatchSize = 8, Pruning = new PruningOptions { Sparsity = 0.9 } }).Run(TinyTask.Texts(80, seed: 1));
        string folder = TestFolders.Temporary();
        model.SaveCompact(folder);
        long file = new FileInfo(Path.Combine(folder, "model.safetensors")).Length;
        // The file's header comes on top.
        Assert.IsTrue(file > result.Pruning!.CompactBytes && file < result.Pruning.CompactBytes + 8192, $"{file}, {result.Pruning.CompactBytes}");
    }

    [TestMethod]
    public void A_report_is_read_again_as_it_was_written()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var report = FineTuner.For(model, new FineTuningOptions { Epochs = 2, BatchSize = 10, Pruning = new PruningOptions { Sparsity = 0.7 } })
            .Run(TinyTask.Texts(100, seed: 1), TinyTask.Texts(40, seed: 2)).Pruning!
            .WithLatency(new LatencyComparison("a text", 4, 1)).WithSearch(Search(0.75) with { LossError = 0.0123 });
        string path = Path.Combine(TestFolders.Temporary(), "report.json");
        report.SaveJson(path);
        var read = PruningReport.LoadJson(path);
        Assert.AreEqual(Saved(report).Text, Saved(read).Text);
        Assert.AreEqual(report.ToString(), read.ToString());
        Assert.AreEqual(0.0123, read.Search!.LossError);
        Assert.Contains("a loss that is known to ± 0.0123", Saved(read).Text);
        Assert.AreEqual(report.Weights - report.Kept, read.Values!.Zeros);
        Assert.AreEqual(report.Kept, read.Values.Ranges.Sum(range => range.Count));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"criterion":"SEVEN","targetSparsity":0.5,"layers":null,"modelParameters":1,"pattern":"unstructured","course":[]}""")]
    [DataRow("""{"criterion":"SEVEN","targetSparsity":0.5,"layers":[{"name":"a","shape":[2],"weights":2,"kept":3}],"modelParameters":1,"pattern":"unstructured","course":[]}""")]
    [DataRow("""{"criterion":"SEVEN","targetSparsity":0.5,"layers":[],"modelParameters":1,"pattern":"unstructured","course":[],"search":{"goal":"x"}}""")]
    [DataRow("""{"criterion":"SEVEN","targetSparsity":0.5,"layers":[],"modelParameters":1,"pattern":"unstructured","course":[],"scores":{"ranges":[null],"threshold":1}}""")]
    public void A_file_that_is_no_report_is_refused(string text)
    {
        string path = Path.Combine(TestFolders.Temporary(), "report.json");
        File.WriteAllText(path, text);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => PruningReport.LoadJson(path)).Message, "is no report on pruning");
    }

    [TestMethod]
    public void The_frontier_joins_models_that_none_is_better_than()
    {
        var report = new PruningReport("SEVEN", 0.5, [new LayerSparsity("a.3.weight", [4, 5], 20, 10)], 100).WithSearch(Search(0.75));
        var (page, _) = Saved(report);
        XElement[] charts = [.. page.Descendants("svg")];
        Assert.HasCount(3, charts, "zeros, time, size");
        // Dense 0.8 at 0 %, 0.75 at 70 %, 0.6 at 60 % (worse in both), 0.7 at 90 %, and a short trial.
        foreach (var chart in charts)
        {
            Assert.HasCount(5 + 1, chart.Elements("circle").ToArray(), "five models, and a ring around the one that was taken");
            Assert.HasCount(3, ((string)chart.Elements("polyline").Single().Attribute("points")!).Split(' '), "dense, 70 % and 90 %");
        }

        Assert.HasCount(1 + 5, page.Descendants("table").First().Elements("tr").ToArray());
    }

    [TestMethod]
    public void Weights_are_counted_by_their_values()
    {
        var parameters = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1).Parameters;
        var prunable = parameters.First(parameter => parameter.IsPrunable);
        prunable.Values[..3].Clear();
        prunable.Values[3] = 1e6f;
        var values = WeightDistribution.Of(parameters);
        Assert.AreEqual(3, values.Zeros);
        Assert.AreEqual(parameters.Where(parameter => parameter.IsPrunable).Sum(parameter => (long)parameter.Count) - 3, values.Ranges.Sum(range => range.Count));
        Assert.IsGreaterThanOrEqualTo(1, values.Ranges[^1].Count, "what lies beyond the last range is counted in it");
        Assert.AreEqual(-values.Ranges[0].From, values.Ranges[^1].To, 1e-6 * values.Ranges[^1].To);
        Assert.AreEqual(0, WeightDistribution.Of([]).Ranges.Sum(range => range.Count));
    }

    private static SearchReport Search(double metric)
    {
        var dense = new SearchTrial("unstructured", 0, "Float32", 0, IsFull: true, 0.8, 100_000, 4, Holds: true);
        SearchTrial Trial(double sparsity, double judged, bool isFull) => new("unstructured", sparsity, "Int8", 3, isFull, judged, (long)(100_000 * (1 - sparsity)), 4 - 3 * sparsity, Holds: true);
        var chosen = Trial(0.7, metric, isFull: true);
        return new SearchReport("at most 0.1 below", "accuracy", "8 tokens", dense, [chosen, Trial(0.6, 0.6, isFull: true), Trial(0.9, 0.7, isFull: true), Trial(0.95, 0.79, isFull: false)], chosen);
    }

    private static (XElement Page, string Text) Saved(PruningReport report)
    {
        string path = Path.Combine(TestFolders.Temporary(), "report.html");
        report.SaveHtml(path);
        string text = File.ReadAllText(path);
        return (XElement.Parse(text.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)), text);
    }
}
