using QuickStart.Comparison;
using Seven.Terminal;

namespace QuickStart.Output;

/// <summary>The comparison for people.</summary>
internal static class Result
{
    public static void Print(IReadOnlyList<ComparedModel> models, Sentence example)
    {
        if (models.Count == 0)
            return;
        ModelRow.Print([.. models.Select(model => new ModelRow(model.Name, model.Metrics, model.Zeros, model.FileBytes, model.Milliseconds, model.TrainingSeconds))], "text");
        Console.WriteLine($"\"{example.Text}\" is {example.Label}; {string.Join(", ", models.Select(model => $"{model.Name} answers {model.ExampleAnswer}"))}.");
        foreach (var model in models)
            Console.WriteLine($"{model.Name}: {model.Path}{(model.Report is null ? "" : $", its report in {Path.Combine(Path.ChangeExtension(model.Path, null), "report.html")}")}");
    }
}
