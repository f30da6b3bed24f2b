using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ScoringService.Load;

/// <summary>Sends texts of different lengths to the service, which runs as a process of its own, over a number of connections.</summary>
internal sealed partial class LoadTest(string folder, LoadTestOptions options)
{
    private static readonly TimeSpan s_longestStart = TimeSpan.FromSeconds(30);

    private readonly ConcurrentBag<double> _milliseconds = [];
    private long _errors;
    private volatile bool _isWarm;

    public async Task<LoadTestReport> Run(CancellationToken cancellationToken)
    {
        using var model = options.ReloadEvery is null ? null : new ReplacedModel(folder);
        // The first start is for the client's own code, which is compiled as it runs, and for the system's file cache.
        using (var first = ServerProcess.Start(options.Program, model?.Folder ?? folder))
            await first.WaitUntilReady(s_longestStart, cancellationToken);
        using var server = ServerProcess.Start(options.Program, model?.Folder ?? folder);
        double start = (await server.WaitUntilReady(s_longestStart, cancellationToken)).TotalMilliseconds;
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = options.Connections }) { BaseAddress = server.Address };

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] senders = [.. Enumerable.Range(0, options.Connections).Select(number => Send(client, new LoadTexts(number), stop.Token))];
        var replacing = model?.ReplaceEvery(options.ReloadEvery!.Value, stop.Token) ?? Task.CompletedTask;
        await Task.Delay(options.WarmUp, cancellationToken);
        double before = server.MemoryInMebibytes;
        var clock = Stopwatch.StartNew();
        _isWarm = true;
        await Task.Delay(options.Duration, cancellationToken);
        _isWarm = false;
        double seconds = clock.Elapsed.TotalSeconds, after = server.MemoryInMebibytes;
        int reloads = await Reloads(client, cancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll([.. senders, replacing]);

        double[] sorted = [.. _milliseconds.Order()];
        return sorted.Length == 0
            ? throw new IOException("The service answered no request; expected some.")
            : new LoadTestReport(start, sorted, _errors, seconds, before, after, reloads);
    }

    private async Task Send(HttpClient client, LoadTexts texts, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            bool isGood = await Ask(client, texts.Next());
            if (!isGood)
                Interlocked.Increment(ref _errors);
            else if (_isWarm)
                _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    private static async Task<bool> Ask(HttpClient client, string text)
    {
        try
        {
            using var answer = await client.PostAsJsonAsync("/classify", new LoadText(text), LoadMessages.Default.LoadText);
            return answer.IsSuccessStatusCode && await answer.Content.ReadFromJsonAsync(LoadMessages.Default.LoadAnswer) is { Label: { Length: > 0 } };
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>How often the service says that it has loaded another model.</summary>
    private static async Task<int> Reloads(HttpClient client, CancellationToken cancellationToken)
    {
        string metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
        return ReloadCount().Matches(metrics).Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^seven_model_reloads\w*\{(?![^}]*error_type)[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex ReloadCount();
}
