using System.CommandLine;

namespace ScoringService;

/// <summary>What the user asked for on the command line.</summary>
internal sealed record ServiceOptions(string Folder, string Url, int? LoadTestSeconds, int Connections)
{
    private static readonly Argument<string> FolderArgument = new("folder") { Description = "A model's folder, such as quickstart-models/seven: config.json, model.safetensors (dense or compact), vocab.txt." };
    private static readonly Option<string> UrlOption = new("--url") { Description = "Where to listen.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
    private static readonly Option<int?> LoadTestOption = new("--load-test") { Description = "Start the service as a process of its own, send it texts for that many seconds, print what came of it, and end." };
    private static readonly Option<int> ConnectionsOption = new("--connections") { Description = "Connections of the load test.", DefaultValueFactory = _ => 50 };

    /// <summary>Parses the command line and runs the action; prints help or errors instead where there is cause.</summary>
    public static Task<int> Run(string[] args, Func<ServiceOptions, CancellationToken, Task<int>> action)
    {
        var command = new RootCommand("Classifies texts over HTTP with a compact model: Seven.Core alone, no libtorch.") { FolderArgument, UrlOption, LoadTestOption, ConnectionsOption };
        command.SetAction((parsed, cancellation) => action(
            new ServiceOptions(parsed.GetValue(FolderArgument)!, parsed.GetValue(UrlOption)!, parsed.GetValue(LoadTestOption), parsed.GetValue(ConnectionsOption)), cancellation));
        return command.Parse(args).InvokeAsync();
    }
}
