using System.Diagnostics;
using System.Text.Json;
using QuickStart;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.Tests;
using Seven.Tokens;

namespace Seven.MLNet.Tests;

/// <summary>The quick start as a user runs it, on a small file and a small network of the user's own.</summary>
[TestClass]
public sealed class QuickStartRunTests
{
    private static readonly string[] s_words = ["alpha", "beta", "gamma", "delta"];

    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void It_trains_prunes_compares_and_saves()
    {
        string data = Write("train.tsv", 300), json = Path.Combine(_folder, "figures.json"), models = Path.Combine(_folder, "models");

        var (code, output, error) = Run("--model", Bert(), "--data", data, "--epochs", "2", "--sparsity", "0.9", "--out", models, "--json", json);

        Assert.AreEqual(0, code, output + error);
        StringAssert.Contains(output, "magnitude");
        using var figures = JsonDocument.Parse(File.ReadAllBytes(json));
        var rows = figures.RootElement.GetProperty("models").EnumerateArray().ToDictionary(row => row.GetProperty("name").GetString()!);
        CollectionAssert.AreEqual(new[] { "dense", "SEVEN", "magnitude" }, rows.Keys.ToArray());
        foreach (var (name, row) in rows)
        {
            Assert.IsGreaterThan(0, row.GetProperty("millisecondsPerSentence").GetDouble());
            Assert.IsGreaterThan(0, row.GetProperty("trainingSeconds").GetDouble());
            Assert.IsInRange(0, 1, row.GetProperty("accuracy").GetDouble());
            Assert.IsInRange(0, 1, row.GetProperty("macroF1").GetDouble());
            string path = row.GetProperty("path").GetString()!;
            using var engine = SentenceClassifier.Load(path);
            var prediction = engine.Predict(new Sentence { Text = "alpha 7 beta" });
            using var folder = SparseModel.Load(Path.ChangeExtension(path, null));
            float[] probabilities = folder.Classify("alpha 7 beta");
            for (int i = 0; i < probabilities.Length; i++)
                Assert.AreEqual(probabilities[i], prediction.Score[i], 1e-5f, name);
            Assert.AreEqual(name == "dense" ? 0 : 0.9, row.GetProperty("zeros").GetDouble(), 1e-3);
            if (name == "dense")
                continue;
            Assert.IsLessThan(rows["dense"].GetProperty("fileBytes").GetInt64(), row.GetProperty("fileBytes").GetInt64());
            StringAssert.Contains(File.ReadAllText(Path.Combine(Path.ChangeExtension(path, null), "report.html")), "Pruned to 90.0 %");
        }
    }

    [TestMethod]
    [DataRow("--sparsity", "1", "--sparsity is 1; expected a number from 0 to below 1")]
    [DataRow("--epochs", "1", "--epochs is 1; expected a number from 2")]
    [DataRow("--rows", "1", "--rows is 1")]
    [DataRow("--learning-rate", "0", "--learning-rate is 0")]
    [DataRow("--data", "nowhere.tsv", "nowhere.tsv")]
    [DataRow("--test", "test.tsv", "--test is given without --data")]
    [DataRow("--model", "nowhere", "nowhere, which is not there; expected a folder with config.json")]
    public void Impossible_options_are_refused_in_one_line(string option, string value, string reason) => AssertRefused(2, reason, option, value);

    [TestMethod]
    public void A_folder_that_is_no_model_is_refused_in_one_line() => AssertRefused(2, "has no config.json", "--model", Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName);

    [TestMethod]
    public void A_file_with_a_header_only_or_one_label_is_refused_in_one_line()
    {
        string file = Path.Combine(_folder, "data.tsv");
        File.WriteAllText(file, "sentence\tlabel\n");
        AssertRefused(1, "holds a header only", "--data", file);
        File.WriteAllText(file, "sentence\tlabel\ngood\t1\nfine\t1\nbest\t1\n");
        AssertRefused(1, "1 class (1)", "--data", file);
    }

    [TestMethod]
    public void Help_lists_the_options()
    {
        var (code, output, _) = Run("--help");
        Assert.AreEqual(0, code);
        foreach (string option in new[] { "--model", "--data", "--test", "--sparsity", "--epochs", "--rows", "--seed", "--out", "--json" })
            StringAssert.Contains(output, option);
    }

    [TestMethod]
    public void Models_that_are_there_are_not_overwritten()
    {
        string models = Directory.CreateDirectory(Path.Combine(_folder, "models")).FullName;
        File.WriteAllText(Path.Combine(models, "dense.zip"), "precious");
        AssertRefused(2, "is there already, a folder with 1 entry; expected a place that is free, or --overwrite", "--out", models);
        Assert.AreEqual("precious", File.ReadAllText(Path.Combine(models, "dense.zip")));
    }

    private void AssertRefused(int expected, string reason, params string[] arguments)
    {
        var (code, _, error) = Run(arguments);
        Assert.AreEqual(expected, code, error);
        StringAssert.Contains(error, reason);
        Assert.HasCount(1, error.Trim().Split('\n'), error);
        Assert.IsFalse(Directory.Exists(Path.Combine(_folder, "quickstart-models")), "Nothing is written by a run that is refused.");
    }

    private string Write(string name, int rows)
    {
        var random = new Random(1);
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, Enumerable.Range(0, rows).Select(i => $"{s_words[i % 4]} {random.Next(1000)} {s_words[(i + random.Next(2)) % 4]}\t{(i % 4 < 2 ? "low" : "high")}"));
        return path;
    }

    private string Bert()
    {
        string folder = Path.Combine(_folder, "bert");
        string[] tokens = [.. Vocabulary.Special, .. s_words];
        EncoderModel.Create(new TextConfiguration { VocabularySize = tokens.Length, HiddenSize = 64, Layers = 1, Heads = 2, IntermediateSize = 128 }, EncoderTasks.TextClassification(["x", "y"])).Save(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), tokens);
        return folder;
    }

    private (int Code, string Output, string Error) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "QuickStart.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
