using QuickStart;
using QuickStart.Comparison;
using QuickStart.Data;
using QuickStart.Output;
using Seven.Terminal;

return await QuickStartOptions.Run(args, static options =>
{
    OutputFolder.Claim(options.OutputFolder, options.Overwrite);
    using var source = new CancellationTokenSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        Console.Error.WriteLine("Stopping; what was reached so far is kept.");
        source.Cancel();
    };
    var dataset = (options.Data, options.Test) switch
    {
        (null, _) => Dataset.Split(ReferenceDocumentation.Read(), options.Rows, options.Seed),
        ({ } data, null) => Dataset.Split(TsvFile.Read(data.FullName), options.Rows, options.Seed),
        ({ } data, { } test) => Dataset.WithTest(TsvFile.Read(data.FullName), TsvFile.Read(test.FullName), test.FullName, options.Rows, options.Seed),
    };
    Console.Error.WriteLine($"{dataset.Train.Count:N0} sentences to learn from, {dataset.Test.Count:N0} to judge by, {dataset.Labels.Count} classes.");

    var models = RunDisplay.Show(display => new Experiment(options, dataset, display, source.Token).Run());
    Result.Print(models, dataset.Test[0]);
    if (options.Json is { } json)
        ResultJson.Write(json, options, dataset, models);
    return source.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Success;
});
