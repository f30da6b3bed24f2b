using System.Diagnostics;
using System.Text.Json;
using Seven.Encoders;

namespace Seven.Tests.QuickStart;

/// <summary>The quick start as a user runs it, on a small file of the user's own.</summary>
[TestClass]
public sealed class QuickStartRunTests
{
    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void It_trains_prunes_compares_and_saves()
    {
        string data = Path.Combine(_folder, "train.tsv"), json = Path.Combine(_folder, "figures.json"), models = Path.Combine(_folder, "models");
        var random = new Random(1);
        string[] words = ["alpha", "beta", "gamma", "delta"];
        File.WriteAllLines(data, Enumerable.Range(0, 300).Select(i => $"{words[i % 4]} {random.Next(1000)} {words[(i + random.Next(2)) % 4]}\t{(i % 4 < 2 ? "low" : "high")}"));

        var (code, output, _) = Run("--data", data, "--epochs", "2", "--sparsity", "0.9", "--out", models, "--json", json);

        Assert.AreEqual(0, code, output);
        StringAssert.Contains(output, "magnitude");
        using var figures = JsonDocument.Parse(File.ReadAllBytes(json));
        var rows = figures.RootElement.GetProperty("models").EnumerateArray().ToDictionary(row => row.GetProperty("model").GetString()!);
        CollectionAssert.AreEquivalent(new[] { "dense", "SEVEN", "magnitude" }, rows.Keys.ToArray());
        foreach (string pruned in new[] { "SEVEN", "magnitude" })
        {
            long all = rows[pruned].GetProperty("prunableWeights").GetInt64();
            Assert.AreEqual((long)Math.Floor((1 - 0.9) * all), rows[pruned].GetProperty("weights").GetInt64());
            Assert.IsLessThan(rows["dense"].GetProperty("fileBytes").GetInt64() / 2, rows[pruned].GetProperty("fileBytes").GetInt64());
            Assert.IsGreaterThan(0, rows[pruned].GetProperty("millisecondsPerSentence").GetDouble());
            Assert.IsGreaterThan(0, rows[pruned].GetProperty("millisecondsPerSentenceInBatchesOf32").GetDouble());
            Assert.IsGreaterThan(0, rows[pruned].GetProperty("seconds").GetDouble());
            StringAssert.Contains(File.ReadAllText(Path.Combine(rows[pruned].GetProperty("folder").GetString()!, "report.html")), "Pruned to 90.0 %");
            var model = BertClassifier.Load(rows[pruned].GetProperty("folder").GetString()!);
            Assert.HasCount(2, model.Predict([new TokenizedText { Tokens = [2, 5, 3] }])[0]);
        }
    }

    [TestMethod]
    [DataRow("--sparsity", "1", "--sparsity is 1; expected a share in [0, 1)")]
    [DataRow("--epochs", "0", "--epochs is 0")]
    [DataRow("--data", "nowhere.tsv", "nowhere.tsv")]
    [DataRow("--test", "test.tsv", "--test is given without --data")]
    public void What_cannot_be_is_refused_in_one_line(string option, string value, string reason)
    {
        var (code, _, error) = Run(option, value);
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, reason);
        Assert.HasCount(1, error.Trim().Split('\n'));
    }

    [TestMethod]
    public void Help_lists_the_options()
    {
        var (code, output, _) = Run("--help");
        Assert.AreEqual(0, code);
        foreach (string option in new[] { "--data", "--test", "--sparsity", "--epochs", "--seed", "--out", "--json" })
            StringAssert.Contains(output, option);
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
