using QuickStart;
using QuickStart.Comparison;
using QuickStart.Data;
using QuickStart.Output;
using Seven.Training;
using Spectre.Console;

return QuickStartOptions.Run(args, static options =>
{
    using var cancellation = new CancellationTokenSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        AnsiConsole.WriteLine("Stopping; what was reached so far is kept.");
        cancellation.Cancel();
    };
    try
    {
        options.Validate();
        return Run(options, cancellation.Token);
    }
    catch (Exception exception) when (exception is InvalidDataException or IOException or ArgumentException or UnauthorizedAccessException or InvalidOperationException or TrainingDivergedException)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
});

static int Run(QuickStartOptions options, CancellationToken cancellation)
{
    var dataset = (options.Data, options.Test) switch
    {
        (null, _) => Dataset.Split(ReferenceDocumentation.Read(), options.Rows, options.Seed),
        ({ } data, null) => Dataset.Split(TsvFile.Read(data.FullName), options.Rows, options.Seed),
        ({ } data, { } test) => Dataset.WithTest(TsvFile.Read(data.FullName), TsvFile.Read(test.FullName), test.FullName, options.Rows, options.Seed),
    };
    AnsiConsole.WriteLine($"{dataset.Train.Count:N0} sentences to learn from, {dataset.Test.Count:N0} to judge by, {dataset.Labels.Count} classes.");

    IReadOnlyList<TrainedModel> models = [];
    AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .Start(context => models = new Experiment(options, dataset, new ProgressDisplay(context), cancellation).Run());
    ResultTable.Print(models, dataset.Test[0]);
    if (options.Json is { } json)
        ResultJson.Write(json, options, dataset, models);
    return cancellation.IsCancellationRequested ? 130 : 0;
}
