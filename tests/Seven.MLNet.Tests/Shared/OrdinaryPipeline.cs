using Microsoft.ML;
using ModelReader;

namespace Seven.MLNet.Tests;

/// <summary>What an ordinary pipeline of ML.NET does, which one with SevenPrune does as well: fit, evaluate, cross-validate, predict, save, load elsewhere.</summary>
internal static class OrdinaryPipeline
{
    public static IEnumerable<object[]> WithForms(IEnumerable<TrainerCase> cases) =>
        from trainerCase in cases
        from form in Enum.GetValues<Form>()
        select new object[] { trainerCase, form };

    public static void Check(TrainerCase trainerCase, Form form)
    {
        var context = trainerCase.NewContext();
        var rows = trainerCase.Rows(context);
        var options = new SevenPruneOptions { Sparsity = 0.7, Epochs = form == Form.Wrapped ? null : 2 };

        var model = trainerCase.Pipeline(context, form, options).Fit(rows);

        Assert.HasCount(2, model.Pruned().History);
        Assert.AreEqual((long)Math.Floor((1 - 0.7) * model.Pruned().Report.Weights), model.Pruned().Report.Kept);
        var scored = model.Transform(rows);
        trainerCase.Evaluate(context, scored);
        string[] lines = [.. ScoreLines.Of(scored)];
        string first = lines.FirstOrDefault(line => line.StartsWith("0 Score ", StringComparison.Ordinal)) ?? lines[0];
        trainerCase.AssertSameScores(trainerCase.Predict(context, model, rows), first);
        AssertSavedModel(trainerCase, context, model, rows, lines);
        (model as IDisposable)?.Dispose();
    }

    public static void CheckCrossValidation(TrainerCase trainerCase, Form form)
    {
        var context = trainerCase.NewContext();
        var options = new SevenPruneOptions { Sparsity = 0.7, Epochs = form == Form.Wrapped ? null : 1 };
        trainerCase.CrossValidate(context, trainerCase.Rows(context), trainerCase.Pipeline(context, form, options, epochs: 1));
    }

    /// <summary>The file gives the same scores in a program without this project, and holds exactly the zeros asked for.</summary>
    private static void AssertSavedModel(TrainerCase trainerCase, MLContext context, ITransformer model, IDataView rows, string[] expected)
    {
        string folder = Directory.CreateTempSubdirectory("seven-model-").FullName;
        string modelPath = Path.Combine(folder, "model.zip"), rowsPath = Path.Combine(folder, "rows.idv");
        context.Model.Save(model, rows.Schema, modelPath);
        using (var stream = File.Create(rowsPath))
            context.Data.SaveAsBinary(rows, stream);

        AssertSameLines(trainerCase, expected, ReaderProgram.Run(trainerCase.Reader, modelPath, rowsPath));
        AssertZeros(model.Pruned(), trainerCase.ZerosIn(context, modelPath));
        Directory.Delete(folder, recursive: true);
    }

    private static void AssertSameLines(TrainerCase trainerCase, string[] expected, string[] found)
    {
        Assert.HasCount(expected.Length, found, string.Join('\n', found));
        foreach (var (line, other) in expected.Zip(found))
        {
            int scores = line.IndexOf(" Score ", StringComparison.Ordinal);
            if (scores < 0)
                Assert.AreEqual(line, other);
            else
                trainerCase.AssertSameScores(line[(scores + " Score ".Length)..], other);
        }
    }

    private static void AssertZeros(SevenPruneTransformer pruned, IReadOnlyDictionary<string, long> saved)
    {
        long zeros = 0;
        foreach (var layer in pruned.Report.Layers)
        {
            long inLayer = saved[layer.Name];
            Assert.AreEqual(layer.Weights - layer.Kept, inLayer, layer.Name);
            zeros += inLayer;
        }

        Assert.AreEqual(pruned.Report.Weights - (long)Math.Floor((1 - 0.7) * pruned.Report.Weights), zeros);
    }
}
