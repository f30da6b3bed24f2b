using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.NasBert;
using Seven.Goals;
using Seven.MLNet.TorchSharp.Tests.Cases;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Pruning.Patterns;
using Seven.Tests;
using Seven.Training;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>Each mistake has an error that names what was found and what was expected.</summary>
[TestClass]
public sealed class BadInputTests
{
    [TestMethod]
    public void No_network_upstream_tells_what_was_found_and_the_two_ways_to_write_it()
    {
        var watched = new Watched();
        var pipeline = Watched.Case.Before(watched.Context).Append(watched.Context.Transforms.CopyColumns("Other", "Text")).Append(watched.Context.Transforms.SevenPrune());
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => pipeline.Fit(Watched.Case.Rows(watched.Context))).Message;
        Assert.Contains("ColumnCopyingTransformer, ValueToKeyMappingTransformer", message);
        Assert.Contains("TextClassification", message);
        Assert.Contains(".Append(trainer).Append(mlContext.Transforms.SevenPrune())", message);
        Assert.Contains(".Append(mlContext.Transforms.SevenPrune(trainer))", message);
    }

    [TestMethod]
    public void A_frozen_network_is_refused()
    {
        var watched = new Watched();
        var trainer = watched.Context.MulticlassClassification.Trainers.TextClassification(
            new TextClassificationTrainer.TextClassificationOptions { Sentence1ColumnName = "Text", MaxEpoch = 1, FreezeEncoder = true });
        Assert.Contains("frozen", Assert.ThrowsExactly<InvalidOperationException>(() => watched.Context.Transforms.SevenPrune(trainer).Fit(watched.Rows)).Message);
    }

    [TestMethod]
    public void An_empty_training_set_is_refused()
    {
        var watched = new Watched();
        var empty = watched.Context.Data.SkipRows(watched.Rows, 1000);
        var trainer = watched.Context.Transforms.SevenPrune(Watched.Case.Trainer(watched.Context));
        Assert.Contains("no rows", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(empty)).Message);
    }

    [TestMethod]
    public void A_GPU_that_is_not_there_names_the_package()
    {
        if (cuda.is_available())
            Assert.Inconclusive("There is a GPU here.");
        var watched = new Watched();
        (watched.Context.GpuDeviceId, watched.Context.FallbackToCpu) = (0, false);
        var trainer = watched.Context.Transforms.SevenPrune(Watched.Case.Trainer(watched.Context, 1));
        Assert.Contains("TorchSharp-cuda-windows", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(watched.Rows)).Message);

        watched.Context.FallbackToCpu = true;
        using var model = watched.Context.Transforms.SevenPrune(Watched.Case.Trainer(watched.Context, 1)).Fit(watched.Rows);
        Assert.ContainsSingle(line => line.Contains("goes on on the CPU"), watched.Log);
    }

    /// <summary>Around a trainer when the pipeline is written, after one when it is fitted.</summary>
    [TestMethod]
    public void What_only_this_projects_trainers_do_is_refused_for_ML_NETs_own()
    {
        var watched = new Watched();
        var fitted = Watched.Case.Trainer(watched.Context, 1).Fit(watched.Rows);
        SevenPruneOptions[] refused =
        [
            new() { Distillation = new Distillation { Teacher = Teacher.Self } }, new() { Goal = PruningGoal.Loss(0.01) }, new() { LearningRate = 1e-4 },
        ];
        foreach (var options in refused)
        {
            Assert.Contains("only Seven.MLNet's own trainers", Assert.ThrowsExactly<NotSupportedException>(() => watched.Context.Transforms.SevenPrune(Watched.Case.Trainer(watched.Context), options)).Message);
            Assert.Contains("only Seven.MLNet's own trainers", Assert.ThrowsExactly<NotSupportedException>(() => watched.Context.Transforms.SevenPrune(options).Fit(fitted.Transform(watched.Rows))).Message);
        }

        Assert.Contains("GraSP", Assert.ThrowsExactly<NotSupportedException>(() => watched.Wrapped(new SevenPruneOptions { Criterion = new GraspCriterion() })).Message);
        Assert.Contains("attention heads", Assert.ThrowsExactly<ArgumentException>(() => watched.Wrapped(new SevenPruneOptions { Pattern = new AttentionHeads() })).Message);
    }

    [TestMethod]
    public void Patience_needs_a_validation_set()
    {
        var watched = new Watched();
        Assert.Contains("validation set", Assert.ThrowsExactly<ArgumentException>(() => watched.Wrapped(new SevenPruneOptions { Patience = 2 })).Message);
    }

    [TestMethod]
    public void A_schedule_that_does_not_fit_is_told()
    {
        var watched = new Watched();
        var options = new SevenPruneOptions { WarmUp = StepCount.Steps(10), PruningSteps = StepCount.Steps(10) };
        Assert.Contains("15 updates", Assert.ThrowsExactly<ArgumentException>(() => watched.Wrapped(options)).Message);
    }

    [TestMethod]
    public void Rows_with_other_labels_than_the_network_was_trained_on_are_told()
    {
        var watched = new Watched();
        var fitted = Watched.Case.Trainer(watched.Context, 1).Fit(watched.Rows);
        var oneClass = watched.Context.Data.FilterRowsByKeyColumnFraction(watched.Rows, "Label", 0, 0.5);
        Assert.Contains("PredictionHead", Assert.ThrowsExactly<InvalidOperationException>(() => watched.Context.Transforms.SevenPrune().Fit(fitted.Transform(oneClass))).Message);
        ((IDisposable)fitted).Dispose();
    }

    [TestMethod]
    public void Rows_that_the_trainer_cannot_use_are_told()
    {
        var context = PretrainedFiles.NewContext(Pretrained.Roberta);
        var rows = context.Data.LoadFromEnumerable(new[] { new QuestionAnswerCase.Row { Context = "She lives here.", Question = "Where?", TrainingAnswer = "Paris", AnswerIndex = 99 } });
        var trainer = context.Transforms.SevenPrune(new QuestionAnswerCase().Trainer(context, 1), new SevenPruneOptions { Timing = PruningTiming.BeforeFineTuning });
        Assert.Contains("none of the 1 rows", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(rows)).Message);
    }

    /// <summary>The example's program without the native library that a package would have put beside it.</summary>
    [TestMethod]
    public void A_program_without_libtorch_is_told_which_package_to_add()
    {
        var (code, error) = RunExample(file => !file.Contains("orch", StringComparison.Ordinal) || file.EndsWith(".dll", StringComparison.Ordinal));
        Assert.AreEqual(1, code, error);
        Assert.Contains("libtorch-cpu-linux-x64", error);
        Assert.Contains("TorchSharp-cuda-windows", error);
    }

    /// <summary>The same without the package that prunes ML.NET's own trainers.</summary>
    [TestMethod]
    public void A_stock_trainer_without_its_package_names_the_package()
    {
        const string Package = "Seven.MLNet.TorchSharp";
        var (code, error) = RunExample(file => Path.GetFileNameWithoutExtension(file) != Package, leftOut: Package);
        Assert.AreEqual(1, code, error);
        Assert.Contains($"TextClassificationTrainer is one of ML.NET's trainers on TorchSharp, and the package {Package} is missing", error);
        Assert.DoesNotContain("   at ", error, "a stack trace");
    }

    [TestMethod]
    [DataRow("0.102.7", "0.103.1", false)]
    [DataRow("0.102.7", "0.104.0", true)]
    [DataRow("0.102.7", "0.107.0", true)]
    [DataRow("0.107.0", "0.107.0", false)]
    public void A_TorchSharp_too_new_for_the_stock_trainers_is_refused_with_both_versions(string compiledOn, string loaded, bool isRefused)
    {
        string? conflict = Stock.TorchSharpVersions.Conflict("0.23.1", Version.Parse(compiledOn), Version.Parse(loaded));
        Assert.AreEqual(isRefused, conflict is not null);
        if (!isRefused)
            return;
        foreach (string part in new[] { "Microsoft.ML.TorchSharp 0.23.1", $"compiled on TorchSharp {compiledOn}", $"TorchSharp {loaded} is loaded", "[0.102.7, 0.104.0)" })
            Assert.Contains(part, conflict!);
    }

    /// <summary>Runs a copy of the example's program with some of its files.</summary>
    /// <param name="isCopied">Whether a file is copied.</param>
    /// <param name="leftOut">A library to take out of the program's manifest, as if the program had no reference to it.</param>
    private static (int Code, string Error) RunExample(Func<string, bool> isCopied, string? leftOut = null)
    {
        string program = typeof(TextClassification.SentimentModel).Assembly.Location;
        string source = TestFolders.ProgramOf(Path.Combine(TestFolders.Tests, "..", "examples"), "TextClassification");
        string folder = Directory.CreateTempSubdirectory("seven-example-").FullName;
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(isCopied))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        if (leftOut is not null)
            RemoveFromManifest(Path.Combine(folder, Path.GetFileNameWithoutExtension(program) + ".deps.json"), leftOut);
        string rows = Path.Combine(folder, "rows.tsv");
        File.WriteAllText(rows, "sentence\tlabel\ngood\t1\nbad\t0\n");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, Path.GetFileName(program)), rows, rows, "--sparsity", "0.8", "--out", Path.Combine(folder, "models")]) { RedirectStandardError = true };
        // TorchSharp also looks for libtorch in the package folder of the user.
        foreach (string variable in new[] { "HOME", "USERPROFILE", "NUGET_PACKAGES" })
            start.Environment[variable] = folder;
        using var process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Directory.Delete(folder, recursive: true);
        return (process.ExitCode, error);
    }

    private static void RemoveFromManifest(string path, string library)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (var section in manifest["targets"]!.AsObject().Select(target => target.Value!.AsObject()).Append(manifest["libraries"]!.AsObject()))
        {
            foreach (string name in section.Select(entry => entry.Key).Where(name => name.StartsWith(library + "/", StringComparison.Ordinal)).ToList())
                section.Remove(name);
            foreach (var entry in section)
                (entry.Value!["dependencies"] as JsonObject)?.Remove(library);
        }

        File.WriteAllText(path, manifest.ToJsonString());
    }
}
