using System.Net.Http.Json;
using System.Text.Json;
using Seven.Extensions.Hosting.Tests;
using Seven.Formats.Compact;
using Seven.Inference;

namespace Seven.Cli.Tests;

/// <summary>What the other commands do to models.</summary>
[TestClass]
public sealed class ModelCommandTests
{
    [TestMethod]
    public void Forms_are_converted_into_each_other()
    {
        string model = TinyModels.Classifier(), compact = Samples.NewPath("compact"), dense = Samples.NewPath("dense"), int8 = Samples.NewPath("int8"), back = Samples.NewPath("back"), onnx = Samples.NewPath("m.onnx"), again = Samples.NewPath("again");
        foreach (var (from, to, form) in new[] { (model, compact, "compact"), (compact, dense, "dense"), (dense, int8, "int8"), (int8, back, "Dense"), (back, onnx, "onnx"), (onnx, again, "compact") })
            Assert.AreEqual(Tool.Json("convert", from, to, "--to", form).GetProperty("bytes").GetInt64(), new FileInfo(to == onnx ? to : Path.Combine(to, "model.safetensors")).Length);
        using SparseModel one = SparseModel.Load(model), other = SparseModel.Load(dense), rounded = SparseModel.Load(int8), wide = SparseModel.Load(back), last = SparseModel.Load(again);
        CollectionAssert.AreEqual(one.Classify("good film"), other.Classify("good film"), "without loss");
        Assert.AreEqual(Precision.Int8, rounded.Precision);
        Assert.AreEqual(Precision.Float32, wide.Precision);
        Assert.AreEqual(one.Classify("good film")[0], wide.Classify("good film")[0], 0.02f);
        CollectionAssert.AreEqual(wide.Classify("good film"), last.Classify("good film"), "by way of ONNX");
        Assert.IsTrue(File.Exists(onnx) && File.Exists(Path.Combine(Path.GetDirectoryName(onnx)!, "vocab.txt")));
    }

    /// <summary>The tool rounds by the texts of a file, in any of its columns, as the library does.</summary>
    [TestMethod]
    public void Four_bits_are_calibrated_with_a_file_of_texts()
    {
        string model = TinyModels.Classifier(), converted = Samples.NewPath("int4"), plain = Samples.NewPath("plain"), expected = Samples.NewPath("expected"), rows = Samples.Labeled(300);
        Tool.Check("convert", model, converted, "--to", "int4", "--calibration", rows, "--text-column", "text");
        Tool.Check("convert", model, plain, "--to", "int4");
        using (var loaded = SparseModel.Load(model, new SparseModelOptions { SparseFrom = 1 }))
            loaded.SaveCompact(expected, ValuePrecision.Int4, [.. File.ReadLines(rows).Skip(1).Select(line => line.Split('\t')[0])]);
        using SparseModel found = SparseModel.Load(converted), library = SparseModel.Load(expected), without = SparseModel.Load(plain);
        CollectionAssert.AreEqual(library.Classify("good film"), found.Classify("good film"));
        CollectionAssert.AreNotEqual(without.Classify("good film"), found.Classify("good film"));
    }

    [TestMethod]
    public void Inspect_says_what_a_model_is()
    {
        var result = Tool.Json("inspect", TinyModels.Classifier());
        Assert.AreEqual("bert", result.GetProperty("architecture").GetString());
        Assert.AreEqual("text classification", result.GetProperty("task").GetString());
        Assert.AreEqual(0, result.GetProperty("sparsity").GetDouble());
        Assert.AreEqual(16, result.GetProperty("shape").GetProperty("features").GetInt32());
        string text = Tool.Check("inspect", TinyModels.Rater(), "--layers");
        StringAssert.Contains(text, "text regression");
        StringAssert.Contains(text, "16 × 16");
    }

    [TestMethod]
    public void Compare_judges_models_on_the_same_rows()
    {
        string rows = Samples.Labeled(40), one = TinyModels.Classifier(), other = TinyModels.Classifier(seed: 5);
        var result = Tool.Json("compare", one, other, "--data", rows, "--precision", "Float32", "Int8");
        Assert.AreEqual(4, result.GetArrayLength());
        using var model = SparseModel.Load(one);
        double accuracy = File.ReadLines(rows).Skip(1).Select(line => line.Split('\t')).Average(row => model.Classify(row[0]) is [var no, var yes] && (yes > no ? "yes" : "no") == row[1] ? 1.0 : 0);
        Assert.AreEqual(accuracy, result[0].GetProperty("metrics")[0].GetProperty("value").GetDouble(), 1e-9);
        StringAssert.Contains(Tool.Check("compare", one, other), "ms/");
        Assert.AreEqual("Spearman", Tool.Json("compare", TinyModels.Embedder(), "--data", Samples.Scored())[0].GetProperty("metrics")[0].GetProperty("name").GetString());
    }

    [TestMethod]
    public void Models_of_two_tasks_are_not_compared()
    {
        var (code, _, error) = Tool.Run("compare", TinyModels.Classifier(), TinyModels.Rater());
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, "expected models of one task");
        var (labels, _, text) = Tool.Run("compare", TinyModels.Classifier(), "--data", Samples.Texts());
        Assert.AreEqual(1, labels);
        StringAssert.Contains(text, "expected a column of labels");
    }

    [TestMethod]
    public void A_report_of_any_model_shows_its_weights()
    {
        string model = TinyModels.Classifier();
        string page = Tool.Check("report", model).Trim();
        Assert.AreEqual(Path.Combine(model, "report.html"), page);
        StringAssert.Contains(File.ReadAllText(page), "Histogram of the weights");
        Tool.Check("report", model);
        File.WriteAllText(Path.Combine(model, "seven-report.json"), "{");
        var (code, _, error) = Tool.Run("report", model);
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, "is no report on pruning");
    }

    [TestMethod]
    public async Task Serve_answers_and_stops()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Signals are sent as Unix has them.");
        string model = TinyModels.Classifier(), address = $"http://127.0.0.1:{Random.Shared.Next(20000, 30000)}";
        using var process = Tool.Start("serve", model, "--url", address);
        try
        {
            string? line;
            do
                line = await process.StandardError.ReadLineAsync();
            while (line?.StartsWith("Listening", StringComparison.Ordinal) == false);
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            var answer = await (await client.PostAsJsonAsync("/classify", new { text = "good film" })).Content.ReadFromJsonAsync<JsonElement>();
            using var loaded = SparseModel.Load(model);
            Assert.AreEqual(loaded.Classify("good film")[0], answer.GetProperty("probabilities")[0].GetSingle(), 1e-5f);
            Tool.Signal(process, "TERM");
            Assert.IsTrue(process.WaitForExit(20_000));
            Assert.AreEqual(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
