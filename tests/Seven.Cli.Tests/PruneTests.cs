using System.Text.Json;
using Seven.Extensions.Hosting.Tests;
using Seven.Inference;
using Seven.Reports;

namespace Seven.Cli.Tests;

/// <summary>Whole runs of <c>seven prune</c> on a tiny model.</summary>
[TestClass]
public sealed class PruneTests
{
    [TestMethod]
    public void Each_sparsity_gets_a_folder_with_a_model_and_its_report()
    {
        string output = Samples.NewPath("out"), model = TinyModels.Classifier(), rows = Samples.Labeled();
        var result = Tool.Json("prune", model, "--data", rows, "--test", rows, "--sparsity", "0.5", "0.8", "--dense-epochs", "6", "--epochs", "6", "--learning-rate", "0.01", "-o", output);
        Assert.AreEqual("test", result.GetProperty("judgedOn").GetString());
        JsonElement[] models = [.. result.GetProperty("models").EnumerateArray()];
        Assert.HasCount(3, models);
        foreach (var (found, share) in models[1..].Zip([0.5, 0.8]))
        {
            string folder = found.GetProperty("folder").GetString()!;
            using var loaded = SparseModel.Load(folder);
            Assert.AreEqual(share, loaded.Sparsity, 0.01);
            Assert.AreEqual(share, found.GetProperty("sparsity").GetDouble(), 0.01);
            Assert.AreEqual("yes", loaded.Labels[loaded.Classify("good film") is [var no, var yes] && yes > no ? 1 : 0], "it has learned");
            var report = PruningReport.LoadJson(ReportFolder.FileIn(folder));
            Assert.HasCount(2, report.Search!.Trials, "float32 and int8");
            Assert.AreEqual(new FileInfo(Path.Combine(folder, "model.safetensors")).Length, report.Search.Chosen.Bytes);
        }

        Assert.IsFalse(Directory.Exists(output + ".unfinished"));
        string page = Path.Combine(output, "page.html");
        Tool.Check("report", Path.Combine(output, "50"), Path.Combine(output, "80"), "-o", page);
        string html = File.ReadAllText(page);
        StringAssert.Contains(html, "2 runs beside each other");
        StringAssert.Contains(html, "80: Pruned to 80.");
    }

    [TestMethod]
    public void A_model_that_was_trained_for_the_task_is_pruned_from_there()
    {
        string rows = Samples.Labeled(), first = Samples.NewPath("first"), second = Samples.NewPath("second");
        Tool.Check("prune", TinyModels.Classifier(), "--data", rows, "--sparsity", "0", "--epochs", "8", "--learning-rate", "0.01", "--labels-only", "-o", first);
        var again = Tool.Json("prune", first, "--data", rows, "--sparsity", "0.5", "--epochs", "2", "-o", second);
        var dense = again.GetProperty("models")[0];
        Assert.AreEqual(0, dense.GetProperty("trainingSeconds").GetDouble(), "it was not trained again");
        Assert.AreEqual(1, dense.GetProperty("metrics")[0].GetProperty("value").GetDouble(), 1e-9);
        using var model = SparseModel.Load(first);
        CollectionAssert.AreEqual(new[] { "no", "yes" }, model.Labels.ToArray());
    }

    [TestMethod]
    public void A_goal_decides_on_sparsity_and_numbers()
    {
        string output = Samples.NewPath("out"), rows = Samples.Labeled(300);
        var run = Tool.Run("prune", TinyModels.Classifier(), "--data", rows, "--dense-epochs", "6", "--epochs", "3", "--learning-rate", "0.01", "--loss", "5%", "-o", output);
        Assert.AreEqual(0, run.Code, run.Error);
        StringAssert.Contains(string.Join(' ', run.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), "30 of 30 rows to choose by stand in rows that are learned from");
        var report = PruningReport.LoadJson(ReportFolder.FileIn(output));
        StringAssert.Contains(report.Search!.Goal, "0.05");
        using var model = SparseModel.Load(output);
        Assert.AreEqual(report.Search.Chosen.Precision, model.Precision.ToString());
    }

    /// <summary>Labels in the file are not looked at: with all of them wrong the model stays right, by labels and by scores.</summary>
    [TestMethod]
    public void Texts_without_labels_are_learned_from_as_well()
    {
        string output = Samples.NewPath("out");
        string wrong = Samples.Written("wrong.tsv", Enumerable.Range(0, 400).Select(i => $"{(i % 2 == 0 ? "good" : "bad")} film	{(i % 2 == 0 ? "no" : "yes")}").Prepend("text	label"));
        var result = Tool.Json("prune", TinyModels.Classifier(), "--data", Samples.Labeled(), "--unlabeled", wrong, "--sparsity", "0.5", "--dense-epochs", "6", "--epochs", "6", "--learning-rate", "0.01", "-o", output);
        Assert.AreEqual(180, result.GetProperty("trainingRows").GetInt32());
        Assert.AreEqual(400, result.GetProperty("unlabeledRows").GetInt32());
        Assert.AreEqual(1, result.GetProperty("models")[1].GetProperty("metrics")[0].GetProperty("value").GetDouble(), 1e-9);

        string pairs = Samples.Written("pairs.tsv", Enumerable.Range(0, 60).Select(i => $"good film	{(i % 2 == 0 ? "good" : "bad")} song").Prepend("sentence1	sentence2"));
        var rated = Tool.Json("prune", TinyModels.Rater(), "--data", Samples.Scored(), "--unlabeled", pairs, "--sparsity", "0.5", "--epochs", "1", "-o", Samples.NewPath("rater"));
        Assert.AreEqual(60, rated.GetProperty("unlabeledRows").GetInt32());
    }

    [TestMethod]
    public void Texts_without_labels_that_do_not_fit_are_refused()
    {
        string output = Samples.NewPath("out"), texts = Samples.Texts();
        Refused(1, "has pairs of texts; expected single texts, as", "--data", Samples.Labeled(), "--unlabeled", Samples.Scored());
        Refused(1, "has single texts; expected pairs of texts, as", "--data", Samples.Scored(), "--unlabeled", texts);
        Refused(1, "is learned from without labels; expected all texts in it, and no --unlabeled.", "--data", texts, "--unlabeled", texts);
        Refused(2, "--unlabeled and --labels-only are given together", "--data", Samples.Labeled(), "--unlabeled", texts, "--labels-only");

        void Refused(int code, string expected, params string[] options)
        {
            var (found, _, error) = Tool.Run(["prune", TinyModels.Classifier(), .. options, "-o", output]);
            Assert.AreEqual(code, found, error);
            StringAssert.Contains(error, expected);
        }
    }

    [TestMethod]
    public void Scores_and_vectors_are_tasks_too()
    {
        string rater = Samples.NewPath("rater"), embedder = Samples.NewPath("embedder");
        var rated = Tool.Json("prune", TinyModels.Rater(), "--data", Samples.Scored(), "--sparsity", "0.5", "--epochs", "2", "-o", rater);
        Assert.AreEqual("text regression", rated.GetProperty("task").GetString());
        var embedded = Tool.Json("prune", TinyModels.Embedder(), "--data", Samples.Texts(), "--sparsity", "0.5", "--epochs", "2", "-o", embedder);
        Assert.AreEqual("text embedding", embedded.GetProperty("task").GetString());
        using var model = SparseModel.Load(embedder);
        Assert.HasCount(16, model.Embed("good film"));
    }

    [TestMethod]
    public void A_run_that_was_stopped_goes_on()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Signals are sent as Unix has them.");
        string output = Samples.NewPath("out");
        string[] call = ["prune", TinyModels.Classifier(), "--data", Samples.Labeled(3000), "--sparsity", "0.3", "0.5", "--epochs", "30", "-o", output];
        using (var process = Tool.Start(call))
        {
            process.OutputDataReceived += (_, _) => { };
            for (int i = 0; i < 5000 && !File.Exists(Path.Combine(output + ".unfinished", "0.5.checkpoint")); i++)
                Thread.Sleep(10);
            Tool.Signal(process, "TERM");
            Assert.IsTrue(process.WaitForExit(30_000));
            Assert.AreEqual(130, process.ExitCode, process.StandardError.ReadToEnd());
        }

        Assert.IsTrue(File.Exists(Path.Combine(output + ".unfinished", "0.5.checkpoint")));
        Assert.IsTrue(Directory.Exists(Path.Combine(output, "30")), "the first model is there");
        var (code, _, error) = Tool.Run([.. call, "--seed", "2"]);
        Assert.AreEqual(1, code, "another run in its place");
        StringAssert.Contains(error, "seed is 1; expected 2");
        Tool.Check(call);
        Assert.IsFalse(Directory.Exists(output + ".unfinished"));
        using var model = SparseModel.Load(Path.Combine(output, "50"));
        Assert.AreEqual(0.5, model.Sparsity, 0.01);
    }

    [TestMethod]
    [DataRow("empty", "holds no rows; expected texts")]
    [DataRow("header", "holds no rows; expected texts")]
    [DataRow("short line", "line 3 has 1 columns; expected at least 2")]
    [DataRow("empty text", "line 2 has an empty text")]
    [DataRow("one class", "The data has 1 class (perhaps)")]
    [DataRow("other columns", "none of them text, sentence")]
    [DataRow("few rows", "of which none can be held out")]
    [DataRow("damaged model", "model.safetensors")]
    [DataRow("broken JSON", "line 1 is no JSON object")]
    [DataRow("no column", "has no column 'verdict'")]
    public void Data_of_another_shape_is_refused_in_one_line(string fault, string expected)
    {
        string model = TinyModels.Classifier();
        if (fault == "damaged model")
            File.WriteAllBytes(Path.Combine(model, "model.safetensors"), new byte[100]);
        string rows = fault switch
        {
            "empty" => Samples.Written("rows.tsv", []),
            "header" => Samples.Written("rows.tsv", ["text\tlabel"]),
            "short line" => Samples.Written("rows.tsv", ["text\tlabel", "good\tyes", "bad"]),
            "empty text" => Samples.Written("rows.tsv", ["text\tlabel", " \tyes"]),
            "one class" => Samples.Written("rows.tsv", Enumerable.Repeat("good\tperhaps", 40)),
            "other columns" => Samples.Written("rows.csv", ["a,b,c", "1,2,3"]),
            "few rows" => Samples.Labeled(5),
            "broken JSON" => Samples.Written("rows.jsonl", ["{\"text\":"]),
            _ => Samples.Labeled(),
        };
        string[] column = fault == "no column" ? ["--label-column", "verdict"] : [];
        var (code, _, error) = Tool.Run(["prune", model, "--data", rows, "-o", Samples.NewPath("out"), .. column]);
        Assert.AreEqual(1, code, error);
        StringAssert.Contains(error, expected);
        Assert.HasCount(1, error.Trim().Split('\n').Where(line => line.Contains("expected", StringComparison.Ordinal) || line.Contains("is no", StringComparison.Ordinal)).ToArray(), error);
        Assert.DoesNotContain("   at ", error, "a stack trace");
    }
}
