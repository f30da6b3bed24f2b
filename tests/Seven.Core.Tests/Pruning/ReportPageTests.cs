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
        Assert.HasCount(2, page.Descendants("svg").ToArray());
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

        // Magnitudes stand still: one threshold parts all that was kept from all that was removed.
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

    private static (XElement Page, string Text) Saved(PruningReport report)
    {
        string path = Path.Combine(TestFolders.Temporary(), "report.html");
        report.SaveHtml(path);
        string text = File.ReadAllText(path);
        return (XElement.Parse(text.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)), text);
    }
}
