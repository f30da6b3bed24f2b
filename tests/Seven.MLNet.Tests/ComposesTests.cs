using System.Diagnostics;
using Microsoft.ML;
using ModelReader;
using Seven.MLNet.Tests.Cases;
using Seven.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.MLNet.Tests;

/// <summary>Every trainer in every form: fit, evaluate, cross-validate, predict, save, load elsewhere.</summary>
[TestClass]
public sealed class ComposesTests
{
    public static IEnumerable<object[]> CasesAndForms =>
        from trainerCase in TrainerCase.All
        from form in Enum.GetValues<Form>()
        select new object[] { trainerCase, form };

    [TestMethod]
    [DynamicData(nameof(CasesAndForms))]
    public void A_pruned_pipeline_is_an_ordinary_one(TrainerCase trainerCase, Form form)
    {
        var context = PretrainedFiles.NewContext(trainerCase.Pretrained);
        var rows = trainerCase.Rows(context);
        var options = new SevenPruneOptions { Sparsity = 0.7, Epochs = form == Form.Wrapped ? null : 2 };

        var model = trainerCase.Pipeline(context, form, options).Fit(rows);

        Assert.HasCount(2, model.Pruned().History);
        Assert.AreEqual((long)Math.Floor((1 - 0.7) * model.Pruned().Report.Weights), model.Pruned().Report.Kept);
        var scored = model.Transform(rows);
        trainerCase.Evaluate(context, scored);
        string[] lines = [.. ScoreLines.Of(scored)];
        string first = lines.FirstOrDefault(line => line.StartsWith("0 Score ", StringComparison.Ordinal)) ?? lines[0];
        Assert.EndsWith(" " + trainerCase.Predict(context, model, rows), first);
        AssertSavedModel(context, model, rows, lines);
        (model as IDisposable)?.Dispose();
    }

    public static IEnumerable<object[]> CrossValidated =>
        CasesAndForms.Where(row => ((TrainerCase)row[0]).CanCrossValidate);

    [TestMethod]
    [DynamicData(nameof(CrossValidated))]
    public void A_pruned_pipeline_can_be_cross_validated(TrainerCase trainerCase, Form form)
    {
        var context = PretrainedFiles.NewContext(trainerCase.Pretrained);
        var options = new SevenPruneOptions { Sparsity = 0.7, Epochs = form == Form.Wrapped ? null : 1 };
        trainerCase.CrossValidate(context, trainerCase.Rows(context), trainerCase.Pipeline(context, form, options, epochs: 1));
    }

    /// <summary>The file gives the same scores in a program without this project, and holds exactly the zeros asked for.</summary>
    private static void AssertSavedModel(MLContext context, ITransformer model, IDataView rows, string[] expected)
    {
        string folder = Directory.CreateTempSubdirectory("seven-model-").FullName;
        string modelPath = Path.Combine(folder, "model.zip"), rowsPath = Path.Combine(folder, "rows.idv");
        context.Model.Save(model, rows.Schema, modelPath);
        using (var stream = File.Create(rowsPath))
            context.Data.SaveAsBinary(rows, stream);

        CollectionAssert.AreEqual(expected, RunReader(modelPath, rowsPath));
        AssertZeros(model.Pruned(), SavedNetwork.Load(context, modelPath));
        Directory.Delete(folder, recursive: true);
    }

    private static void AssertZeros(SevenPruneTransformer pruned, Dictionary<string, Tensor> saved)
    {
        long zeros = 0;
        foreach (var layer in pruned.Report.Layers)
        {
            long inLayer = saved[layer.Name].eq(0).sum().ToInt64();
            Assert.AreEqual(layer.Weights - layer.Kept, inLayer, layer.Name);
            zeros += inLayer;
        }

        Assert.AreEqual(pruned.Report.Weights - (long)Math.Floor((1 - 0.7) * pruned.Report.Weights), zeros);
    }

    private static string[] RunReader(string model, string rows)
    {
        string reader = typeof(ScoreLines).Assembly.Location;
        // The reader's own folder, where nothing of this project lies.
        string program = Path.Combine(TestFolders.Tests, "ModelReader", "bin", Path.GetRelativePath(Path.Combine(TestFolders.Tests, "Seven.MLNet.Tests", "bin"), AppContext.BaseDirectory), Path.GetFileName(reader));
        Assert.IsEmpty(Directory.EnumerateFiles(Path.GetDirectoryName(program)!, "Seven.*"));
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, model, rows]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
