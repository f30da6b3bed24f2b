using System.Diagnostics;
using System.Net.Http.Json;
using Seven.Extensions.Hosting.Tests;
using Seven.Tests;

namespace ScoringService.Tests;

/// <summary>Two instances behind nginx with the example's configuration, where nginx is installed.</summary>
[TestClass]
public sealed class BalancerTests
{
    private static readonly string s_configuration = Path.GetFullPath(Path.Combine(TestFolders.Tests, "..", "examples", "ScoringService", "nginx.conf"));

    [TestMethod]
    public async Task An_instance_that_stops_under_load_loses_no_request()
    {
        if (!File.Exists("/usr/sbin/nginx"))
            Assert.Inconclusive("nginx is not installed.");
        string folder = TinyModels.Classifier(), prefix = TestFolders.Temporary();
        int port = Random.Shared.Next(20000, 30000);
        string configuration = Path.Combine(prefix, "nginx.conf");
        File.WriteAllText(configuration, Enumerable.Range(0, 3).Aggregate(await File.ReadAllTextAsync(s_configuration), (text, i) => text.Replace($"127.0.0.1:508{i}", $"127.0.0.1:{port + i}", StringComparison.Ordinal)));
        using Process first = Service(port + 1), second = Service(port + 2), nginx = Process.Start("/usr/sbin/nginx", ["-c", configuration, "-p", prefix])!;
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        try
        {
            await WaitFor(port + 1);
            await WaitFor(port + 2);
            await WaitFor(port);
            using var over = new CancellationTokenSource();
            var load = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Load(client, over.Token)));
            await Task.Delay(1000);
            ServiceProgram.Terminate(first);
            Assert.IsTrue(first.WaitForExit(20_000));
            await Task.Delay(1000);
            await over.CancelAsync();
            (int Answers, int Failures)[] counts = await load;
            Assert.AreEqual(0, counts.Sum(count => count.Failures));
            Assert.IsGreaterThan(100, counts.Sum(count => count.Answers));
        }
        finally
        {
            foreach (var process in new[] { nginx, first, second })
                process.Kill(entireProcessTree: true);
        }

        Process Service(int at) => Process.Start(ServiceProgram.Path, [folder, "--url", $"http://127.0.0.1:{at}", "--drain", "0.5"])!;
    }

    private static async Task<(int Answers, int Failures)> Load(HttpClient client, CancellationToken over)
    {
        var (answers, failures) = (0, 0);
        while (!over.IsCancellationRequested)
        {
            using var answer = await client.PostAsJsonAsync("/classify", new { text = "good film" }, CancellationToken.None);
            (answers, failures) = answer.IsSuccessStatusCode ? (answers + 1, failures) : (answers, failures + 1);
        }

        return (answers, failures);
    }

    private static async Task WaitFor(int port)
    {
        using var client = new HttpClient();
        for (int tries = 0; ; tries++)
            try
            {
                (await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"))).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (tries < 300)
            {
                await Task.Delay(50);
            }
    }
}
