using System.CommandLine;
using System.Globalization;
using Seven.Cli.Data;
using Seven.Cli.Pruning;
using Seven.Goals;
using Seven.Inference;
using Seven.Terminal;

namespace Seven.Cli.Commands;

/// <summary><c>seven prune</c>.</summary>
internal static class PruneCommand
{
    public static Command New()
    {
        var model = Common.Model();
        var data = DataOptions.File("--data", "Rows to learn from: texts with labels (classes or scores), or texts alone for a model of sentence embeddings. Tabs (.tsv), commas (.csv) or JSON lines (.jsonl).", isRequired: true);
        var validation = DataOptions.File("--validation", "Rows to choose by. Default: a tenth of --data, at most 2,000.");
        var test = DataOptions.File("--test", "Rows to report on, which nothing is chosen by. Default: those that were chosen by.");
        var unlabeled = DataOptions.File("--unlabeled", "Texts without labels (labels in the file are not looked at), from which the pruned model learns what it said of them before it was pruned: the more, the better it stays.");
        var columns = new DataOptions();
        var task = new Option<TextTaskKind?>("--task") { Description = "What the model is for. Default: what the labels speak of." };
        var sparsities = new Option<double[]>("--sparsity") { Description = "Shares of prunable weights to remove, in [0, 1); a model for each. Default: 0.8.", AllowMultipleArgumentsPerToken = true, HelpName = "SHARE" }.Within(0, 1, excludesMost: true);
        var loss = new Option<string?>("--loss") { Description = "In place of a sparsity: as small as can be with at most so much less quality on the validation rows, such as 1% or 0.01.", HelpName = "LOSS" };
        var size = new Option<string?>("--size") { Description = "In place of a sparsity: as good as can be in so many bytes, such as \"20 MB\".", HelpName = "SIZE" };
        var latency = new Option<string?>("--latency") { Description = "In place of a sparsity: as good as can be in so much time for 32 tokens, such as \"5 ms\".", HelpName = "TIME" };
        var epochs = new Option<int?>("--epochs") { Description = "Passes over the rows while the model is pruned. Default: 3; for embeddings 7." }.Within(1, 10_000);
        var denseEpochs = new Option<int?>("--dense-epochs") { Description = "Passes before it is pruned. Default: none where the model was trained for the task, else as many as --epochs." }.Within(0, 10_000);
        var rate = new Option<double?>("--learning-rate") { Description = "Peak learning rate. Default: 1e-4; for embeddings 5e-4." }.Within(1e-9, 1);
        var labelsOnly = new Option<bool>("--labels-only") { Description = "Learn from the labels alone, and not from what the model said before it was pruned as well." };
        var rows = new Option<int?>("--rows") { Description = "Rows to learn from at most. Default: all." }.Within(1, int.MaxValue);
        var seed = new Option<int>("--seed") { Description = "Seed of held-out rows, new layers and order.", DefaultValueFactory = _ => 1 };
        var precision = new Option<Precision>("--precision") { Description = "Numbers of the saved model. Default: what a goal finds; float32 for a sparsity.", DefaultValueFactory = _ => Precision.Automatic };
        var output = new Option<string>("--output", "-o") { Description = "Folder for the model; with several sparsities, for a folder of each.", Required = true, HelpName = "FOLDER" };
        var (overwrite, json, threads) = (Common.Overwrite(), Common.Json(), Common.Threads());
        loss.MustRead(text => PruningGoal.Loss(LossOf(text)));
        size.MustRead(text => PruningGoal.Size(text));
        latency.MustRead(text => PruningGoal.Latency(text));
        var command = new DescribedCommand("prune", "Fine-tunes a model where it needs it, and prunes it to a sparsity, or as far as a loss, a size or a latency allows.",
            "seven prune minilm --data train.tsv --test test.tsv --loss 1% --output small\n"
            + "seven prune minilm --data train.tsv --sparsity 0.8 0.9 --precision int8 --output small\n\n"
            + "A run that was ended goes on when it is called again with the same options. 'seven report' shows what it did.")
        {
            model, data, unlabeled, validation, test, sparsities, loss, size, latency, output, task, epochs, denseEpochs, rate, labelsOnly, rows, seed, precision, threads, overwrite, json,
        };
        foreach (var option in columns.All)
            command.Add(option);
        command.AtMostOneOf(sparsities, loss, size, latency);
        command.AtMostOneOf(unlabeled, labelsOnly);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            var settings = new PruneSettings
            {
                Model = parsed.GetRequiredValue(model),
                Data = parsed.GetRequiredValue(data)!.FullName,
                Unlabeled = parsed.GetValue(unlabeled)?.FullName,
                Validation = parsed.GetValue(validation)?.FullName,
                Test = parsed.GetValue(test)?.FullName,
                Columns = columns.ColumnsOf(parsed),
                Task = parsed.GetValue(task),
                Sparsities = parsed.GetValue(sparsities) is { Length: > 0 } given ? [.. given.Distinct()] : [0.8],
                Goal = parsed.GetValue(loss) is { } points ? PruningGoal.Loss(LossOf(points))
                    : parsed.GetValue(size) is { } bytes ? PruningGoal.Size(bytes)
                    : parsed.GetValue(latency) is { } time ? PruningGoal.Latency(time)
                    : null,
                Epochs = parsed.GetValue(epochs),
                DenseEpochs = parsed.GetValue(denseEpochs),
                LearningRate = parsed.GetValue(rate),
                LearnsFromItself = !parsed.GetValue(labelsOnly),
                Rows = parsed.GetValue(rows),
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                Precision = parsed.GetValue(precision),
                Output = parsed.GetRequiredValue(output),
            };
            // What a run has saved before it was ended is its own; its checkpoints refuse other options.
            if (!Directory.Exists(settings.Unfinished))
                OutputFolder.Claim(settings.Output, parsed.GetValue(overwrite));
            var read = Rows.Read(settings);
            Print(RunDisplay.Show(display => PruneRun.Run(settings, read, display, cancellationToken)), parsed.GetValue(json));
        }, cancellationToken));
        return command;
    }

    /// <summary>"1%", "1 %" and "0.01" are the same.</summary>
    /// <exception cref="FormatException">The text is no share.</exception>
    private static double LossOf(string text)
    {
        bool isPercent = text.EndsWith('%');
        return double.TryParse(isPercent ? text[..^1].Trim() : text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value / (isPercent ? 100 : 1)
            : throw new FormatException($"'{text}' was found; expected a share such as 1% or 0.01.");
    }

    private static void Print(PruneResult result, bool isJson)
    {
        if (isJson)
        {
            Common.PrintJson(result);
            return;
        }

        ModelRow.Print([.. result.Models.Select(model => new ModelRow(
            $"{model.Name}{(model.Precision == nameof(Precision.Int8) ? ", int8" : "")}", model.Metrics, model.Sparsity, model.Bytes, model.Milliseconds, model.TrainingSeconds))], result.Input);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Judged on {result.JudgedRows:N0} {result.JudgedOn} rows; learned from {result.TrainingRows:N0}{(result.UnlabeledRows > 0 ? $" and {result.UnlabeledRows:N0} without labels" : "")}, chosen by {result.ValidationRows:N0}; {result.Seconds:F0} s in all."));
        foreach (var model in result.Models.Where(model => model.Folder is not null))
            Console.WriteLine($"{model.Name}: {model.Folder}");
        Console.WriteLine($"'seven report {string.Join(' ', result.Models.Where(model => model.Folder is not null).Select(model => model.Folder))}' shows how it went.");
    }
}
