using System.Globalization;
using QuickStart.Comparison;
using Spectre.Console;

namespace QuickStart.Output;

/// <summary>The comparison for people.</summary>
internal static class ResultTable
{
    public static void Print(IReadOnlyList<TrainedModel> models, Sentence example)
    {
        if (models.Count == 0)
            return;
        var table = new Table().RoundedBorder().AddColumn("model");
        foreach (string heading in new[] { "accuracy", "macro F1", "zeros", "train, s", "KiB", "ms/text" })
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var model in models)
            table.AddRow(
                model.Name, Format("P2", model.Accuracy), Format("P2", model.MacroF1), Format("P2", model.Zeros), Format("F1", model.TrainingSeconds),
                Format("N0", model.FileBytes / 1024.0), Format("F3", model.Milliseconds));
        AnsiConsole.Write(table);

        AnsiConsole.WriteLine($"\"{example.Text}\" is {example.Label}; {string.Join(", ", models.Select(model => $"{model.Name} answers {model.ExampleAnswer}"))}.");
        foreach (var model in models)
            AnsiConsole.WriteLine($"{model.Name,-10} saved in {model.Path}{(model.Report is null ? "" : $", its report in {Path.Combine(Path.ChangeExtension(model.Path, null), "report.html")}")}");
    }

    private static string Format(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
