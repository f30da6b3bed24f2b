using Microsoft.Extensions.Options;
using ScoringService;
using ScoringService.Load;

return await CommandLine.Run(args, static async (options, cancellationToken) =>
{
    try
    {
        if (options.LoadTest is { } loadTest)
        {
            var report = await new LoadTest(options.Scoring.ModelFolder, loadTest).Run(cancellationToken);
            Console.WriteLine(report);
            return report.Errors == 0 ? 0 : 1;
        }

        await using var service = MonitoredService.Build(options);
        await service.StartAsync(cancellationToken);
        await ReturnMemory(service.Lifetime.ApplicationStopping);
        await service.WaitForShutdownAsync(cancellationToken);
        return 0;
    }
    catch (Exception exception) when (exception is InvalidDataException or IOException or ArgumentException or UnauthorizedAccessException or OptionsValidationException)
    {
        await Console.Error.WriteLineAsync(exception.Message);
        return 1;
    }
});

// Gives back to the system, once, what the loading of the model has left behind; a little later, so that the first requests do not wait for it.
static async Task ReturnMemory(CancellationToken stopping)
{
    await Task.Delay(TimeSpan.FromSeconds(1), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
