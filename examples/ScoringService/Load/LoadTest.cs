using System.Collections.Concurrent;
using System.Diagnostics;
using ScoringService.Service;

namespace ScoringService.Load;

/// <summary>Sends texts of different lengths to the service, which runs as a process of its own, over a number of connections.</summary>
internal sealed class LoadTest(string folder, int connections, TimeSpan warmUp, TimeSpan duration)
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    private readonly ConcurrentBag<double> _milliseconds = [];
    private long _errors;
    private volatile bool _isWarm;

    public async Task<LoadTestReport> Run(CancellationToken cancellation)
    {
        using var server = ServerProcess.Start(folder);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = server.Address };
        await server.WaitUntilReady(client, LongestStart, cancellation);

        string[] texts = Texts(folder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] senders = [.. Enumerable.Range(0, connections).Select(number => Send(client, texts, new Random(number), stop.Token))];
        await Task.Delay(warmUp, cancellation);
        double before = server.MemoryInMebibytes;
        var clock = Stopwatch.StartNew();
        _isWarm = true;
        await Task.Delay(duration, cancellation);
        _isWarm = false;
        double seconds = clock.Elapsed.TotalSeconds, after = server.MemoryInMebibytes;
        await stop.CancelAsync();
        await Task.WhenAll(senders);

        double[] sorted = [.. _milliseconds.Order()];
        return sorted.Length == 0
            ? throw new IOException("The service answered no request; expected some.")
            : new LoadTestReport(sorted.Length, _errors, seconds, sorted[sorted.Length / 2], sorted[(int)(0.99 * (sorted.Length - 1))], before, after);
    }

    private async Task Send(HttpClient client, string[] texts, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            bool isGood = await Ask(client, texts[random.Next(texts.Length)]);
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
            using var answer = await client.PostAsJsonAsync("/classify", new ClassificationRequest(text), Messages.Default.ClassificationRequest);
            return answer.IsSuccessStatusCode && await answer.Content.ReadFromJsonAsync(Messages.Default.Classification) is { Label.Length: > 0 };
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Texts of 3 to 60 of the model's words.</summary>
    private static string[] Texts(string folder)
    {
        string[] words = [.. File.ReadLines(Path.Combine(folder, "vocab.txt")).Where(word => word.All(char.IsLetter))];
        var random = new Random(1);
        return [.. Enumerable.Range(0, 1000).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(3, 61)).Select(_ => words[random.Next(words.Length)])))];
    }
}
