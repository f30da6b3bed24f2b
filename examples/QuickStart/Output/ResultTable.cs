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
        Print(models, ("accuracy", model => Format("P2", model.Test["accuracy"])), ("macro F1", model => Format("P2", model.Test["macro F1"])),
            ("weights left", model => Format("N0", model.Weights)), ("zeros", model => Format("P2", model.Sparsity)));
        Print(models, ("training, s", model => Format("F1", model.Training.Elapsed.TotalSeconds)), ("file, KiB", model => Format("N0", model.FileBytes / 1024.0)),
            ("ms/sentence", model => Format("F3", model.Latency?.Alone ?? 0)), ("in batches of 32", model => Format("F3", model.Latency?.InBatches ?? 0)));
        foreach (var model in models)
            AnsiConsole.WriteLine($"{model.Name,-10} saved in {model.Folder}{(model.Training.Pruning is null ? "" : ", with a report.html")}");
        if (models[0].Training.CutExamples is > 0 and int cut)
            AnsiConsole.WriteLine($"{cut} sentences are longer than the network reads; their ends were cut off.");
    }

    private static void Print(IReadOnlyList<TrainedModel> models, params (string Heading, Func<TrainedModel, string> Cell)[] columns)
    {
        var table = new Table().RoundedBorder().AddColumn("model");
        foreach (var (heading, _) in columns)
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var model in models)
            table.AddRow([model.Name, .. columns.Select(column => column.Cell(model))]);
        AnsiConsole.Write(table);
    }

    private static string Format(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
