using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seven.AspNetCore;
using Seven.Terminal;

namespace Seven.Cli.Commands;

/// <summary><c>seven serve</c>.</summary>
internal static class ServeCommand
{
    public static Command New()
    {
        var defaults = new TextScoringOptions { ModelFolder = "" };
        var model = Common.Model();
        var url = new Option<string>("--url") { Description = "Where to listen.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
        var texts = Limit("--max-texts", "Texts a request at most.", defaults.Limits.MaximumTexts);
        var characters = Limit("--max-characters", "Characters a text at most.", defaults.Limits.MaximumCharacters);
        var body = Limit("--max-body", "Bytes a request at most.", defaults.Limits.MaximumBodyBytes);
        var queue = Limit("--max-queue", "Texts that may wait; more are answered with 429.", defaults.Limits.MaximumQueuedTexts);
        var command = new DescribedCommand(
            "serve", "Answers over HTTP: classes of texts, or their vectors where the model is one of sentence embeddings.",
            "seven serve small --url http://0.0.0.0:5080\ncurl -H 'content-type: application/json' -d '{\"text\": \"a fine film\"}' http://127.0.0.1:5080/classify\n\n"
            + "POST /classify and /classify/batch, or /embed and /embed/batch. GET / describes the model, /health/live and /health/ready say how it is.\nThe model is replaced when its folder changes.") { model, url, texts, characters, body, queue };
        url.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(Uri.TryCreate(result.Tokens[0].Value.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal), UriKind.Absolute, out var found) && found.Scheme is "http" or "https"))
                result.AddError($"--url is {result.Tokens[0].Value}; expected an address such as http://127.0.0.1:5080.");
        });
        command.SetAction((parsed, cancellationToken) => Serve(parsed.GetRequiredValue(url), new TextScoringOptions
        {
            ModelFolder = parsed.GetRequiredValue(model),
            Limits = new RequestLimits
            {
                MaximumTexts = parsed.GetValue(texts),
                MaximumCharacters = parsed.GetValue(characters),
                MaximumBodyBytes = parsed.GetValue(body),
                MaximumQueuedTexts = parsed.GetValue(queue),
            },
        }, cancellationToken));
        return command;
    }

    private static async Task<int> Serve(string url, TextScoringOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(url);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Seven", LogLevel.Information).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.AddTextScoring(options);
        try
        {
            await using var app = builder.Build();
            app.MapTextScoring();
            await app.StartAsync(cancellationToken);
            await Console.Error.WriteLineAsync($"Listening at {string.Join(", ", app.Urls)}; Ctrl+C stops.");
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Success;
        }
        catch (OptionsValidationException exception)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }

    private static Option<int> Limit(string name, string description, int value) => new Option<int>(name) { Description = description, DefaultValueFactory = _ => value }.Within(1, int.MaxValue);
}
