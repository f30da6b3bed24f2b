using Seven.Tests;
using Study.Results;
using Study.Settings;

namespace Study.Tests;

/// <summary>The study's table and its file of results.</summary>
[TestClass]
public sealed class ResultTests
{
    private static readonly string s_results = Path.Combine(TestFolders.Tests, "..", "examples", "Study", "results.jsonl");

    private readonly string _folder = Directory.CreateTempSubdirectory("seven-study-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>The whole table is in the documentation, and rows of it in the README.</summary>
    [TestMethod]
    public void The_tables_shown_are_those_of_the_results()
    {
        string root = Path.Combine(TestFolders.Tests, ".."), table = ResultTable.Of(new ResultFile(s_results).Read(), baseName: null);
        Assert.Contains(table, File.ReadAllText(Path.Combine(root, "docs", "study.md")));
        string readme = File.ReadAllText(Path.Combine(root, "README.md"));
        string[] shown = [.. readme[readme.IndexOf("<!-- rows of the study -->", StringComparison.Ordinal)..readme.IndexOf("<!-- end of the rows -->", StringComparison.Ordinal)].Split('\n').Where(line => line.StartsWith('|'))];
        Assert.IsGreaterThan(5, shown.Length);
        CollectionAssert.IsSubsetOf(shown, table.ReplaceLineEndings("\n").Split('\n'));
    }

    /// <summary>Means and ranges over seeds, and differences of runs with the same task and seed: by hand 0.01, 0.03 and 0.02, whose mean is 0.02 and whose standard error 0.0058.</summary>
    [TestMethod]
    public void Differences_are_those_of_pairs()
    {
        var seven = new StudySetting("seven", 0.9, "unstructured", "pretrained", 0, 0, 5, 1e-4, 0, 0.4);
        var fisher = seven with { Criterion = "fisher" };
        StudyRun[] runs =
        [
            Run("stsb", 1, seven, 0.80), Run("stsb", 2, seven, 0.82), Run("cola", 1, seven, 0.30), Run("sst2", 1, seven with { Epochs = 3 }, 0.85),
            Run("stsb", 1, fisher, 0.81), Run("stsb", 2, fisher, 0.85), Run("cola", 1, fisher, 0.32),
        ];
        string table = ResultTable.Of(runs, baseName: null);
        Assert.Contains("| seven, 90 % | 0.8500 | 0.8100 (0.8000 to 0.8200) | 0.3000 |  |", table);
        Assert.Contains("| fisher, 90 % |  | 0.8300 (0.8100 to 0.8500) | 0.3200 | +0.0200 ± 0.0058 (3 pairs) |", table);
        Assert.Contains("'magnitude'", Assert.ThrowsExactly<ArgumentException>(() => ResultTable.Of(runs, "magnitude")).Message);
        ResultPlot.Save(runs, Path.Combine(_folder, "plot.svg"));
        Assert.Contains("fisher, 90 %", File.ReadAllText(Path.Combine(_folder, "plot.svg")));
    }

    [TestMethod]
    public void Results_are_read_as_they_were_written_and_damaged_lines_are_named()
    {
        string path = Path.Combine(_folder, "results.jsonl");
        var run = Run("cola", 3, StudySetting.Dense(5, 1e-4), 0.5);
        new ResultFile(path).Append(run);
        Assert.AreEqual(run, new ResultFile(path).Read().Single());
        File.AppendAllText(path, "{ \"task\"");
        Assert.Contains("Line 2 of", Assert.ThrowsExactly<InvalidDataException>(() => new ResultFile(path).Read()).Message);
    }

    private static StudyRun Run(string task, int seed, StudySetting setting, double value) => new(task, seed, setting, "metric", value, value, 0.9, 1, "machine", DateTimeOffset.UnixEpoch);
}
