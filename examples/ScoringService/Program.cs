using ScoringService;
using ScoringService.Load;
using ScoringService.Service;

return await ServiceOptions.Run(args, static async (options, cancellation) =>
{
    try
    {
        if (options.LoadTestSeconds is { } seconds)
        {
            var report = await new LoadTest(options.Folder, options.Connections, warmUp: TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(seconds)).Run(cancellation);
            Console.WriteLine(report);
            return report.Errors == 0 ? 0 : 1;
        }

        using var model = TextModel.Load(options.Folder);
        await using var service = ClassificationService.Build(model, options.Url);
        await service.RunAsync(cancellation);
        return 0;
    }
    catch (Exception exception) when (exception is InvalidDataException or IOException or ArgumentException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync(exception.Message);
        return 1;
    }
});
