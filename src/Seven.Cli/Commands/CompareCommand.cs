using System.CommandLine;
using Seven.Cli.Comparing;
using Seven.Cli.Data;
using Seven.Inference;
using Seven.Terminal;

namespace Seven.Cli.Commands;

/// <summary><c>seven compare</c>.</summary>
internal static class CompareCommand
{
    public static Command New()
    {
        var models = Common.Models("Models; the first is what the others are beside.");
        var data = DataOptions.File("--data", "Rows to judge by: texts with labels; for embeddings pairs of texts with a score. Default: none, sizes and times alone.");
        var columns = new DataOptions();
        var rows = new Option<int?>("--rows") { Description = "Rows to judge by at most. Default: all." }.Within(1, int.MaxValue);
        var precisions = new Option<Precision[]>("--precision") { Description = "Numbers to score with, each model with each of them. Default: what each folder says.", DefaultValueFactory = _ => [Precision.Automatic], AllowMultipleArgumentsPerToken = true };
        var (json, threads) = (Common.Json(), Common.Threads());
        var command = new DescribedCommand("compare", "Shows quality, zeros, size and time of models beside each other.", "seven compare dense small --data test.tsv --precision float32 int8") { models, data, rows, precisions, threads, json };
        foreach (var option in columns.All)
            command.Add(option);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            CheckTasks(parsed.GetRequiredValue(models));
            var read = parsed.GetValue(data) is { } file ? TextFile.Read(file.FullName, columns.ColumnsOf(parsed)) : null;
            var comparison = new Comparison(read?.Take(parsed.GetValue(rows) ?? int.MaxValue).ToArray(), parsed.GetValue(threads), cancellationToken);
            ComparedModel[] compared =
            [
                .. from model in parsed.GetRequiredValue(models)
                   from precision in parsed.GetRequiredValue(precisions).Distinct()
                   select comparison.Of(model, precision),
            ];
            Print(compared, parsed.GetValue(json));
        }, cancellationToken));
        return command;
    }

    /// <summary>Finds models of two tasks before any of them is judged.</summary>
    private static void CheckTasks(string[] models)
    {
        string?[] tasks = [.. models.Select(model => TextTask.TrainedIn(model)?.Name)];
        int other = Array.FindIndex(tasks, task => task != tasks[0]);
        if (other > 0)
            throw new InvalidDataException($"{models[0]} is for {tasks[0] ?? "no task that is known"} and {models[other]} for {tasks[other] ?? "no task that is known"}; expected models of one task.");
    }

    private static void Print(ComparedModel[] compared, bool isJson)
    {
        if (isJson)
            Common.PrintJson(compared);
        else
            ModelRow.Print([.. compared.Select(model => new ModelRow($"{model.Model}{(model.Precision == nameof(Precision.Int8) ? ", int8" : "")}", model.Metrics, model.Sparsity, model.Bytes, model.Milliseconds))], compared[0].Input);
    }
}
