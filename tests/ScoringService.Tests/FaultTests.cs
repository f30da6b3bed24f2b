using System.Net.Http.Json;
using ScoringService.Load;
using Seven.Extensions.Hosting.Tests;

namespace ScoringService.Tests;

/// <summary>A service under load that is stopped, given another model, or left by its clients.</summary>
[TestClass]
public sealed class FaultTests
{
    [TestMethod]
    public async Task A_signal_to_stop_loses_no_request()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("There is no SIGTERM on Windows.");
        using var server = ServerProcess.Start(ServiceProgram.Path, TinyModels.Classifier(), "--drain", "0.5");
        await server.WaitUntilReady(TimeSpan.FromSeconds(30), CancellationToken.None);
        using var client = new HttpClient { BaseAddress = server.Address };
        int answered = 0;
        var senders = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            // Every request is answered, until an answer asks to go elsewhere.
            bool goesOn = true;
            for (; goesOn; Interlocked.Increment(ref answered))
            {
                using var answer = await client.PostAsJsonAsync("/classify", new { text = "good film" });
                Assert.IsTrue(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
                goesOn = answer.Headers.ConnectionClose != true;
            }
        })).ToArray();
        await Task.Delay(500);
        ServiceProgram.Terminate(server.Process);
        await Task.Delay(100);
        Assert.IsFalse(server.Process.HasExited, "the service goes on while load balancers take it off");
        StringAssert.Contains(await (await client.GetAsync("/health/ready")).Content.ReadAsStringAsync(), "stopping");

        await Task.WhenAll(senders);
        Assert.IsFalse(server.Process.HasExited, "all clients were asked to go elsewhere before the port closed");
        await server.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.AreEqual(0, server.Process.ExitCode);
        Assert.IsGreaterThan(16, answered);
    }

    [TestMethod]
    public async Task A_model_that_is_replaced_under_load_loses_no_request()
    {
        string folder = TinyModels.Classifier();
        await using var service = await RunningService.Start(folder);
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            int answered = 0;
            for (; !stop.IsCancellationRequested; answered++)
                Assert.IsTrue((await service.Client.PostAsJsonAsync("/classify", new { text = "good film" })).IsSuccessStatusCode);
            return answered;
        })).ToArray();
        for (int version = 2; version < 7; version++)
        {
            string next = TinyModels.Classifier(seed: version);
            Directory.Move(folder, $"{folder}-{version}");
            Directory.Move(next, folder);
            await Task.Delay(150);
        }

        await stop.CancelAsync();
        foreach (int answered in await Task.WhenAll(senders))
            Assert.IsGreaterThan(0, answered);
        StringAssert.Contains(await service.Client.GetStringAsync("/metrics"), "seven_model_reloads_total");
    }

    [TestMethod]
    public async Task Requests_that_are_cancelled_stop_nobody_and_leave_nothing_behind()
    {
        await using var service = await RunningService.Start(limits: new() { MaximumQueuedTexts = 100 });
        string[] texts = [.. Enumerable.Repeat("good film bad song", 60)];
        for (int i = 0; i < 200; i++)
        {
            using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 4));
            try
            {
                await service.Client.PostAsJsonAsync("/classify/batch", new { texts }, source.Token);
            }
            catch (OperationCanceledException)
            {
                // As meant.
            }
        }

        // The queue is empty again: a request that fills it is taken.
        HttpResponseMessage answer;
        int tries = 0;
        do
        {
            await Task.Delay(20);
            answer = await service.Client.PostAsJsonAsync("/classify/batch", new { texts });
        }
        while (!answer.IsSuccessStatusCode && ++tries < 100);
        Assert.IsTrue(answer.IsSuccessStatusCode);
        StringAssert.Contains(await service.Client.GetStringAsync("/metrics"), "seven_model_queue_rows{otel_scope_name=\"Seven.Extensions.Hosting\",seven_model_name=\"text\"} 0");
    }
}
