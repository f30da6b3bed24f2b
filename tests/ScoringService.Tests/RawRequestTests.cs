using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;

namespace ScoringService.Tests;

/// <summary>Requests that no well-behaved client sends, byte by byte.</summary>
[TestClass]
public sealed class RawRequestTests
{
    private const string Headers = "POST /classify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n";
    private const string Good = """{"text":"good film"}""";

    [TestMethod]
    [DataRow("a chunk without a size", Headers + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "invalid-body")]
    [DataRow("a chunk longer than its size", Headers + "Transfer-Encoding: chunked\r\n\r\n2\r\nabcdef\r\n0\r\n\r\n", "invalid-body")]
    [DataRow("a chunk with a size beyond all limits", Headers + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n", "invalid-body")]
    [DataRow("a length beyond all limits", Headers + "Content-Length: 999999999\r\n\r\n", "body-too-large")]
    [DataRow("a length of zero", Headers + "Content-Length: 0\r\n\r\n", "invalid-json")]
    public async Task Bodies_with_broken_frames_have_their_problems(string name, string request, string kind)
    {
        await using var service = await RunningService.Start();
        string answer = await Send(service, request);
        StringAssert.Contains(answer, $"urn:scoring-service:problem:{kind}", name);
        await AssertAnswers(service);
    }

    /// <summary>What is not HTTP is refused by the web server before there is a request that could have a problem.</summary>
    [TestMethod]
    [DataRow("no HTTP", "hello\r\n\r\n", "400")]
    [DataRow("a space in the path", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", "400")]
    [DataRow("an unknown version", "GET / HTTP/7.3\r\nHost: x\r\n\r\n", "505")]
    [DataRow("no host", "GET / HTTP/1.1\r\n\r\n", "400")]
    [DataRow("two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400")]
    [DataRow("a header without a colon", "GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", "400")]
    [DataRow("a length that is no number", Headers + "Content-Length: many\r\n\r\n", "400")]
    [DataRow("a negative length", Headers + "Content-Length: -5\r\n\r\n", "400")]
    [DataRow("two lengths", Headers + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "400")]
    [DataRow("an unknown transfer encoding", Headers + "Transfer-Encoding: gzip\r\n\r\n", "400")]
    public async Task What_is_not_http_is_refused(string name, string request, string status)
    {
        await using var service = await RunningService.Start();
        StringAssert.StartsWith(await Send(service, request), $"HTTP/1.1 {status}", name);
        await AssertAnswers(service);
    }

    [TestMethod]
    public async Task Headers_without_end_are_refused()
    {
        await using var service = await RunningService.Start();
        StringAssert.StartsWith(await Send(service, "GET / HTTP/1.1\r\nHost: x\r\nX: " + new string('a', 40_000) + "\r\n\r\n"), "HTTP/1.1 431");
        await AssertAnswers(service);
    }

    [TestMethod]
    public async Task A_client_that_goes_away_in_the_middle_stops_nobody()
    {
        await using var service = await RunningService.Start();
        for (int i = 0; i < 50; i++)
        {
            using var client = await Connect(service);
            await client.Client.SendAsync(Encoding.UTF8.GetBytes(Headers + $"Content-Length: {Good.Length}\r\n\r\n" + Good[..(i % Good.Length)]));
            if (i % 2 == 0)
                client.Client.LingerState = new LingerOption(true, 0);
        }

        await AssertAnswers(service);
    }

    [TestMethod]
    public async Task A_body_that_comes_too_slowly_times_out_and_others_do_not_wait()
    {
        await using var service = await RunningService.Start();
        using var client = await Connect(service);
        await client.Client.SendAsync(Encoding.UTF8.GetBytes(Headers + $"Content-Length: {Good.Length}\r\n\r\n{{"));
        await AssertAnswers(service);
        StringAssert.Contains(await Read(client.GetStream()), "urn:scoring-service:problem:too-slow");
        await AssertAnswers(service);
    }

    [TestMethod]
    public async Task A_good_body_in_small_pieces_is_answered()
    {
        await using var service = await RunningService.Start();
        using var client = await Connect(service);
        foreach (byte part in Encoding.UTF8.GetBytes(Headers + $"Content-Length: {Good.Length}\r\n\r\n{Good}"))
            await client.Client.SendAsync(new[] { part });
        StringAssert.StartsWith(await Read(client.GetStream()), "HTTP/1.1 200");
    }

    private static async Task<string> Send(RunningService service, string request)
    {
        using var client = await Connect(service);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        return await Read(stream);
    }

    private static async Task<TcpClient> Connect(RunningService service)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(service.Address.Host, service.Address.Port);
        return client;
    }

    private static async Task<string> Read(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task AssertAnswers(RunningService service) =>
        Assert.IsTrue((await service.Client.PostAsJsonAsync("/classify", new { text = "bad song" })).IsSuccessStatusCode);
}
