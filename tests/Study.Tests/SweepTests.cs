using System.Diagnostics;
using Seven.Tests;
using Study.Cluster.Databases;
using Study.Results;

namespace Study.Tests;

/// <summary>Sweeps by one process and by several, one of which is lost.</summary>
[TestClass]
public sealed class SweepTests
{
    private static readonly string[] s_twelve = ["--criterion", "seven", "fisher", "magnitude", "--sparsity", "0.5", "0.8", "--seed", "1", "2", "--task", "sst2"];

    private readonly string _folder = TestFolders.Temporary();

    [TestMethod]
    public void One_process_does_all_runs_and_none_again()
    {
        string data = TinyData.Write(200);
        string[] call = ["run", data, "--results", Path.Combine(_folder, "r.jsonl"), "--out", Path.Combine(_folder, "out"), "--epochs", "2", "--task", "sst2", "--criterion", "none", "seven", "--sparsity", "0.5", "--teacher", "0", "0.5"];
        var (code, text) = StudyProcess.Run(call);
        Assert.AreEqual(0, code, text);
        // Two of SEVEN; the dense one that was asked for, and the one that the teacher is, which has other epochs.
        Assert.HasCount(4, File.ReadAllLines(Path.Combine(_folder, "r.jsonl")));
        Assert.AreEqual(0, StudyProcess.Run(call).Code);
        Assert.HasCount(4, File.ReadAllLines(Path.Combine(_folder, "r.jsonl")), "nothing is run again");
        Assert.IsEmpty(Directory.GetFiles(Path.Combine(_folder, "out", "checkpoints")));
    }

    /// <summary>A run that starts from the dense model, or learns from it, has that trained first.</summary>
    [TestMethod]
    public void What_a_run_needs_is_done_before_it()
    {
        string data = TinyData.Write(200);
        var (code, text) = StudyProcess.Run(
            "run", data, "--results", Path.Combine(_folder, "r.jsonl"), "--out", Path.Combine(_folder, "out"), "--task", "sst2", "--sparsity", "0.8", "--pattern", "4x1", "--start", "dense", "--teacher", "0.5", "--hidden-states", "1");
        Assert.AreEqual(0, code, text);
        var found = Read("r.jsonl");
        Assert.HasCount(2, found);
        Assert.IsTrue(found[0].Setting.IsDense);
        Assert.AreEqual(0.8, found[1].Sparsity, 1e-2);
    }

    /// <summary>Twelve runs over two processes, one of which is killed in the middle of a run: each has one result, the same as without the accident, and the time is what the machines that were left need.</summary>
    [TestMethod]
    [DoNotParallelize]
    public void A_killed_machine_loses_nothing()
    {
        string data = TinyData.Write(24_000);
        var alone = Stopwatch.StartNew();
        var (code, text) = StudyProcess.Run(["run", data, "--results", Path.Combine(_folder, "alone.jsonl"), "--out", Path.Combine(_folder, "alone"), "--epochs", "2", .. s_twelve]);
        Assert.AreEqual(0, code, text);
        alone.Stop();

        string[] shared = ["--database", Path.Combine(_folder, "sweep.db"), "--out", Path.Combine(_folder, "out"), "--lease", "4"];
        var clock = Stopwatch.StartNew();
        using var first = StudyProcess.Start(["run", data, "--results", Path.Combine(_folder, "first.jsonl"), "--epochs", "2", .. s_twelve, .. shared]);
        using var second = StudyProcess.Start(["join", data, "--results", Path.Combine(_folder, "second.jsonl"), .. shared]);
        WaitFor(() => Lines(first) + Lines(second) >= 5 && Lines(first) > 0, clock);
        double beforeLoss = clock.Elapsed.TotalSeconds;
        int done = Lines(first) + Lines(second);
        first.Kill();
        Assert.AreEqual(0, second.Wait(), second.Text);
        double seconds = clock.Elapsed.TotalSeconds;

        var (expected, found) = (Read("alone.jsonl"), Read("second.jsonl"));
        Assert.HasCount(12, found, "each run has a result, and one only");
        foreach (var run in expected)
            Assert.AreEqual(run.Test, found.Single(other => other.Is(run.Task, run.Seed, run.Setting)).Test, 1e-3, "the result is that of a run without an accident");
        Assert.HasCount(0, first.Text.Split('\n').Intersect(second.Text.Split('\n')).Where(line => line.Contains(" accuracy ", StringComparison.Ordinal) && line.Contains("validation", StringComparison.Ordinal)).ToArray(), "a run done twice");

        // What one process needs for a run, for those that were left when the other one was lost.
        double ideal = beforeLoss + alone.Elapsed.TotalSeconds / 12 * (12 - done);
        Console.WriteLine($"{seconds:F1} s, ideal {ideal:F1} s ({seconds / ideal:F2}); alone {alone.Elapsed.TotalSeconds:F1} s; {done} done when one was killed after {beforeLoss:F1} s.");
        Assert.IsLessThan(1.6, seconds / ideal);
    }

    /// <summary>A process that was asleep finds its run given away, and says so; it does not hand a second result in.</summary>
    [TestMethod]
    [DoNotParallelize]
    public void A_machine_that_comes_back_finds_its_run_given_away()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Signals are sent as Unix has them.");
        string data = TinyData.Write(6000);
        string[] shared = ["--database", Path.Combine(_folder, "sweep.db"), "--out", Path.Combine(_folder, "out"), "--lease", "3", "--results", Path.Combine(_folder, "r.jsonl")];
        using var first = StudyProcess.Start(["run", data, "--epochs", "4", "--criterion", "seven", "magnitude", "--sparsity", "0.5", "0.8", "--task", "sst2", .. shared]);
        using var second = StudyProcess.Start(["join", data, .. shared]);
        var clock = Stopwatch.StartNew();
        WaitFor(() => first.Text.Contains("zeros", StringComparison.Ordinal) && second.Text.Contains("zeros", StringComparison.Ordinal), clock);
        second.Signal("STOP");
        WaitFor(() => first.Text.Contains("whose lease has expired", StringComparison.Ordinal), clock);
        second.Signal("CONT");
        int code = second.Wait();
        Assert.AreEqual(0, first.Wait(), first.Text);
        Assert.HasCount(4, Read("r.jsonl"));
        Assert.IsTrue(
            (code == 1 && second.Text.Contains("declared this machine dead", StringComparison.Ordinal)) || (code == 0 && second.Text.Contains("was reassigned", StringComparison.Ordinal)), $"{code}: {second.Text}");
    }

    /// <summary>The database of several machines.</summary>
    [TestMethod]
    public void PostgreSQL_holds_a_sweep_too()
    {
        using var server = PostgreSqlServer.Start();
        string data = TinyData.Write(6000);
        string[] shared = ["--database", server.ConnectionString, "--out", Path.Combine(_folder, "out"), "--lease", "4", "--results", Path.Combine(_folder, "r.jsonl")];
        using var first = StudyProcess.Start(["run", data, "--epochs", "2", "--criterion", "seven", "magnitude", "--sparsity", "0.5", "0.8", "--task", "sst2", .. shared]);
        using var second = StudyProcess.Start(["join", data, .. shared]);
        WaitFor(() => Lines(first) > 0, Stopwatch.StartNew());
        first.Kill();
        Assert.AreEqual(0, second.Wait(), second.Text);
        Assert.HasCount(4, Read("r.jsonl"));
        var (code, text) = StudyProcess.Run(["run", data, "--criterion", "none", "--task", "sst2", .. shared]);
        Assert.AreEqual(1, code, text);
        StringAssert.Contains(text, "expected the 1 that are asked for now");
    }

    [TestMethod]
    [DataRow("sst2", "0", "10", "expected a teacher, who says what those rows are")]
    [DataRow("stsb", "1", "10", "expected at most 0 with stsb")]
    [DataRow("sst2", "1", "40001", "expected at most 40000 with sst2")]
    public void Rows_without_labels_are_refused_without_a_teacher_and_where_there_are_none(string task, string teacher, string rows, string expected)
    {
        var (code, text) = StudyProcess.Run(["run", TinyData.Write(10), "--task", task, "--teacher", teacher, "--unlabeled", rows, "--results", Path.Combine(_folder, "r.jsonl"), "--out", Path.Combine(_folder, "out")]);
        Assert.AreEqual(1, code, text);
        StringAssert.Contains(text, expected);
        Assert.IsFalse(File.Exists(Path.Combine(_folder, "r.jsonl")), "found before any run");
    }

    [TestMethod]
    public async Task Machines_that_begin_at_once_make_the_tables_once()
    {
        using var server = PostgreSqlServer.Start();
        var database = SweepDatabase.Of(server.ConnectionString);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => database.Prepare(CancellationToken.None))));
    }

    [TestMethod]
    [DataRow("Host=127.0.0.1;Port=1;Database=none;Username=me;Timeout=2", "The sweep's database cannot be used")]
    [DataRow("Color=blue", "is no connection string")]
    public void A_database_that_cannot_be_used_is_refused(string database, string expected)
    {
        var (code, text) = StudyProcess.Run(["join", TinyData.Write(10), "--database", database, "--results", Path.Combine(_folder, "r.jsonl")]);
        Assert.AreEqual(1, code, text);
        StringAssert.Contains(text, expected);
        Assert.HasCount(1, text.Trim().Split('\n'), text);
    }

    [TestMethod]
    public void Another_list_under_the_same_name_is_refused()
    {
        string data = TinyData.Write(100);
        string[] shared = ["--database", Path.Combine(_folder, "sweep.db"), "--out", Path.Combine(_folder, "out"), "--results", Path.Combine(_folder, "r.jsonl"), "--epochs", "1", "--task", "sst2"];
        Assert.AreEqual(0, StudyProcess.Run(["run", data, "--criterion", "seven", .. shared]).Code);
        var (code, text) = StudyProcess.Run(["run", data, "--criterion", "seven", "fisher", .. shared]);
        Assert.AreEqual(1, code, text);
        StringAssert.Contains(text, "The sweep 'study' in the database has 1 runs without 'fisher, 90 %, 1 epochs, sst2, seed 1'; expected the 2 that are asked for now, another --sweep, or another database.");
        Assert.AreEqual(0, StudyProcess.Run(["run", data, "--criterion", "seven", "fisher", "--sweep", "more", .. shared]).Code);
    }

    [TestMethod]
    public void Runs_that_have_results_are_not_done_again()
    {
        string data = TinyData.Write(100), file = Path.Combine(_folder, "r.jsonl");
        string[] call = ["run", data, "--task", "sst2", "--epochs", "1", "--results", file, "--out", Path.Combine(_folder, "out"), "--criterion", "seven"];
        Assert.AreEqual(0, StudyProcess.Run(call).Code);
        var (code, text) = StudyProcess.Run([.. call, "magnitude", "--database", Path.Combine(_folder, "sweep.db")]);
        Assert.AreEqual(0, code, text);
        Assert.HasCount(2, Read("r.jsonl"));
        Assert.DoesNotContain("seven, 90 %", text);
        File.AppendAllText(file, "{");
        var (damaged, error) = StudyProcess.Run("join", data, "--results", file, "--database", Path.Combine(_folder, "sweep.db"));
        Assert.AreEqual(1, damaged);
        StringAssert.Contains(error, "Line 3 of");
    }

    [TestMethod]
    public void A_run_that_fails_is_named_and_the_others_are_done()
    {
        string data = TinyData.Write(100);
        string[] shared = ["--database", Path.Combine(_folder, "sweep.db"), "--out", Path.Combine(_folder, "out"), "--results", Path.Combine(_folder, "r.jsonl")];
        // CoLA's files are not there.
        var (code, text) = StudyProcess.Run(["run", data, "--task", "sst2", "cola", "--epochs", "1", .. shared]);
        Assert.AreEqual(1, code, text);
        StringAssert.Contains(text, "cola");
        Assert.HasCount(1, Read("r.jsonl"));
    }

    [TestMethod]
    public void Joining_what_nobody_begins_is_refused()
    {
        var (code, text) = StudyProcess.Run(["join", TinyData.Write(10), "--database", Path.Combine(_folder, "sweep.db"), "--results", Path.Combine(_folder, "r.jsonl")]);
        Assert.AreEqual(1, code, text);
        StringAssert.Contains(text, "has no runs; expected a sweep that 'run' has begun");
    }

    [TestMethod]
    [DataRow("--criterion is unknown", "run", "DATA", "--criterion", "guess")]
    [DataRow("--pattern is 4by1; expected", "run", "DATA", "--pattern", "4by1")]
    [DataRow("--sparsity is 2; expected", "run", "DATA", "--sparsity", "2")]
    [DataRow("--sweep is given without --database", "run", "DATA", "--sweep", "mine")]
    [DataRow("--address is home; expected", "run", "DATA", "--database", "x.db", "--address", "home")]
    [DataRow("Option '--database' is required", "join", "DATA")]
    [DataRow("which is not there; expected the folder", "run", "/nowhere")]
    public void A_wrong_call_is_refused_before_any_work(string expected, params string[] call)
    {
        string data = TinyData.Write(10);
        var (code, text) = StudyProcess.Run([.. call.Select(word => word == "DATA" ? data : word)]);
        Assert.AreEqual(2, code, text);
        StringAssert.Contains(text, expected.EndsWith("unknown", StringComparison.Ordinal) ? "'guess' not recognized" : expected);
    }

    private IReadOnlyList<StudyRun> Read(string file) => new ResultFile(Path.Combine(_folder, file)).Read();

    private static int Lines(StudyProcess process) => process.Text.Split('\n').Count(line => line.Contains("(validation", StringComparison.Ordinal));

    private static void WaitFor(Func<bool> isSo, Stopwatch clock)
    {
        while (!isSo())
        {
            Assert.IsLessThan(100, clock.Elapsed.TotalSeconds, "nothing happened");
            Thread.Sleep(50);
        }
    }
}
