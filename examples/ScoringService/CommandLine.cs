using System.CommandLine;
using System.Globalization;
using ScoringService.Load;
using Seven.AspNetCore;

namespace ScoringService;

/// <summary>The options of the command line.</summary>
internal static class CommandLine
{
    private const int LongestSeconds = 86_400;

    private static readonly ServiceOptions s_service = new() { Scoring = new TextScoringOptions { ModelFolder = "" } };

    private static readonly Argument<string> s_folder = new("folder") { Description = "A model's folder, such as quickstart-models/seven, or a name on Hugging Face's hub." };
    private static readonly Option<string> s_url = Option("--url", "Where to listen.", s_service.Url);
    private static readonly Option<int> s_texts = Option("--max-texts", "Texts a request at most.", s_service.Scoring.Limits.MaximumTexts);
    private static readonly Option<int> s_characters = Option("--max-characters", "Characters a text at most.", s_service.Scoring.Limits.MaximumCharacters);
    private static readonly Option<int> s_body = Option("--max-body", "Bytes a request at most.", s_service.Scoring.Limits.MaximumBodyBytes);
    private static readonly Option<int> s_queue = Option("--max-queue", "Texts that may wait; more are answered with 429.", s_service.Scoring.Limits.MaximumQueuedTexts);
    private static readonly Option<double> s_reload = Option("--reload-interval", "Seconds between two looks at the folder for a changed model.", s_service.Scoring.ReloadInterval.TotalSeconds);
    private static readonly Option<double> s_drain = Option("--drain", "Seconds that the service goes on after the signal to stop, while it says that it is not ready.", s_service.Scoring.Drain.TotalSeconds);
    private static readonly Option<int?> s_loadTest = new("--load-test") { Description = "Start the service as a process of its own, send it texts for that many seconds, print what came of it, and end." };
    private static readonly Option<int> s_connections = Option("--connections", "Connections of the load test.", 50);
    private static readonly Option<double?> s_reloadEvery = new("--reload-every") { Description = "Seconds after which the load test replaces the model, again and again." };
    private static readonly Option<string?> s_program = new("--program") { Description = "The program that the load test starts, such as one that was published. Default: this one." };

    /// <summary>Parses the command line and runs the action; prints help or errors instead where there is cause.</summary>
    public static Task<int> Run(string[] args, Func<ServiceOptions, CancellationToken, Task<int>> action)
    {
        var command = new RootCommand("Classifies texts over HTTP with a dense or pruned model: Seven.Core alone, no native library.")
        {
            s_folder, s_url, s_texts, s_characters, s_body, s_queue, s_reload, s_drain, s_loadTest, s_connections, s_reloadEvery, s_program,
        };
        foreach (var option in new[] { s_texts, s_characters, s_body, s_queue, s_connections })
            RequireRange(option, least: 1, most: int.MaxValue);
        RequireRange(s_reload, least: 0.01, LongestSeconds);
        RequireRange(s_drain, least: 0, LongestSeconds);
        RequireRange(s_loadTest, least: 1, LongestSeconds);
        RequireRange(s_reloadEvery, least: 0.1, LongestSeconds);
        command.SetAction((parsed, cancellationToken) => action(OptionsOf(parsed), cancellationToken));
        return command.Parse(args).InvokeAsync();
    }

    private static ServiceOptions OptionsOf(ParseResult parsed) => new()
    {
        Scoring = new TextScoringOptions
        {
            ModelFolder = parsed.GetValue(s_folder)!,
            Limits = new RequestLimits
            {
                MaximumTexts = parsed.GetValue(s_texts),
                MaximumCharacters = parsed.GetValue(s_characters),
                MaximumBodyBytes = parsed.GetValue(s_body),
                MaximumQueuedTexts = parsed.GetValue(s_queue),
            },
            ReloadInterval = TimeSpan.FromSeconds(parsed.GetValue(s_reload)),
            Drain = TimeSpan.FromSeconds(parsed.GetValue(s_drain)),
        },
        Url = parsed.GetValue(s_url)!,
        LoadTest = parsed.GetValue(s_loadTest) is not { } seconds ? null : new LoadTestOptions
        {
            Duration = TimeSpan.FromSeconds(seconds),
            Connections = parsed.GetValue(s_connections),
            ReloadEvery = parsed.GetValue(s_reloadEvery) is { } every ? TimeSpan.FromSeconds(every) : null,
            Program = parsed.GetValue(s_program),
        },
    };

    private static Option<T> Option<T>(string name, string description, T value) => new(name) { Description = description, DefaultValueFactory = _ => value };

    /// <summary>Refuses values outside a range before any work begins.</summary>
    private static void RequireRange<T>(Option<T> option, double least, double most) => option.Validators.Add(result =>
    {
        // A value that is no number is refused by the parser itself.
        if (result.GetValueOrDefault<T>() is IConvertible value && value.ToDouble(CultureInfo.InvariantCulture) is var found && !(found >= least && found <= most))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {found}; expected a value from {least} to {most}."));
    });
}
