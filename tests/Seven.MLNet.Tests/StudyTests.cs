using Microsoft.ML;
using Seven.Metrics;
using Seven.Tests;
using Seven.Training;
using Study;
using Study.Results;
using Study.Settings;
using Study.Tasks;
using TextEncoders.Tasks;

namespace Seven.MLNet.Tests;

/// <summary>The study: its table, its file of results, and a run on a slice of real data.</summary>
[TestClass]
public sealed class StudyTests
{
    private static readonly string s_results = Path.Combine(TestFolders.Tests, "..", "examples", "Study", "results.jsonl");

    private readonly string _folder = Directory.CreateTempSubdirectory("seven-study-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void The_readme_shows_the_table_of_the_results() =>
        Assert.Contains(ResultTable.Of(new ResultFile(s_results).Read(), baseName: null), File.ReadAllText(Path.Combine(TestFolders.Tests, "..", "README.md")));

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

    /// <summary>A setting with a result is not run again; one that learns from the dense model trains that first.</summary>
    [TestMethod]
    public void A_study_goes_on_where_it_ended()
    {
        string data = Path.GetDirectoryName(TestFolders.Data("stsb"))!;
        var task = new SliceTask(data);
        var file = new ResultFile(Path.Combine(_folder, "results.jsonl"));
        var experiment = new Experiment(data, _folder, file);
        var setting = new StudySetting("seven", 0.8, "4x1", "dense", 0.5, 1, 1, 1e-4, 0, 0.4);
        var first = experiment.Run(task, setting, seed: 1);
        Assert.AreEqual(0.8, first.Sparsity, 1e-3);
        Assert.HasCount(2, file.Read());
        Assert.AreEqual(first, experiment.Run(task, setting, seed: 1));
        Assert.HasCount(2, file.Read());
        Assert.Contains("expected unstructured", Assert.ThrowsExactly<ArgumentException>(() => experiment.Run(task, setting with { Pattern = "4y1" }, seed: 1)).Message);
    }

    private static StudyRun Run(string task, int seed, StudySetting setting, double value) => new(task, seed, setting, "metric", value, value, 0.9, 1, "machine", DateTimeOffset.UnixEpoch);

    /// <summary>A small network on a few sentences in the place of a real one.</summary>
    private sealed class SliceTask(string data) : StudyTask
    {
        public override string Name => "stsb";

        public override int Epochs => 1;

        public override (IDataView Train, IDataView Validation, IDataView Test) Load(MLContext mlContext, string folder)
        {
            var (train, _, test) = new StsbTask().Load(mlContext, Path.Combine(data, "stsb"));
            return (mlContext.Data.TakeRows(train, 64), mlContext.Data.TakeRows(train, 64), mlContext.Data.TakeRows(test, 64));
        }

        public override IEstimator<ITransformer> Before(MLContext mlContext) => new StsbTask().Before(mlContext);

        public override EncoderTrainer Trainer(MLContext mlContext, string folder, FineTuningOptions training) =>
            new StsbTask().Trainer(mlContext, new TrainingChoices(folder, null, EncoderSize.Tiny, training, DenseFirst: false), validation: null);

        public override Metric Judge(MLContext mlContext, IDataView scored) => new StsbTask().Evaluate(mlContext, scored)[0];
    }
}
