using System.Globalization;
using QuickStart.Models;
using Spectre.Console;

namespace QuickStart.Output;

/// <summary>The comparison for people.</summary>
internal static class ResultTable
{
    public static void Print(IReadOnlyList<TrainedModel> models)
    {
        if (models.Count == 0)
            return;
        var table = new Table().RoundedBorder().AddColumn("model");
        foreach (string heading in new[] { "accuracy", "macro F1", "weights left", "zeros", "file, KiB", "seconds" })
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var model in models)
            table.AddRow(
                model.Name, Format("P2", model.Test["accuracy"]), Format("P2", model.Test["macro F1"]), Format("N0", model.Weights),
                Format("P2", model.Sparsity), Format("N0", model.FileBytes / 1024.0), Format("F1", model.Training.Elapsed.TotalSeconds));
        AnsiConsole.Write(table);
        foreach (var model in models)
            AnsiConsole.WriteLine($"{model.Name,-10} saved in {model.Folder}");
        if (models[0].Training.CutExamples is > 0 and int cut)
            AnsiConsole.WriteLine($"{cut} sentences are longer than the network reads; their ends were cut off.");
    }

    private static string Format(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
