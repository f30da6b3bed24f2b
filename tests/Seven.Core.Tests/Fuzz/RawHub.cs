using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Seven.Core.Tests.Fuzz;

/// <summary>A hub of this process whose answers are bytes that a test may damage, status line and headers included.</summary>
internal sealed class RawHub : IDisposable
{
    public const string Name = "someone/tiny-model";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<string, byte[]> _answers = [];

    public RawHub()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        string description = $$"""{ "sha": "{{Commit}}", "siblings": [{ "rfilename": "config.json" }, { "rfilename": "1_Pooling/config.json" }, { "rfilename": "model.safetensors" }] }""";
        _answers[$"GET /api/models/{Name}/revision/main"] = Answer("200 OK", description);
        foreach (var (path, text) in Files)
            AddFile($"/{Name}/resolve/{Commit}/{path}", text, isLarge: path == "model.safetensors");
        _ = Task.Run(Serve);
    }

    public static IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["config.json"] = """{ "model_type": "bert" }""",
        ["1_Pooling/config.json"] = "{}",
        ["model.safetensors"] = "weights",
    };

    public Uri Address { get; }

    /// <summary>Requests that have an answer.</summary>
    public IReadOnlyList<string> Requests => [.. _answers.Keys];

    /// <summary>The request whose answer is another one, and that answer.</summary>
    public (string Request, byte[] Answer) Damaged { get; set; } = ("", []);

    public byte[] AnswerTo(string request) => _answers[request];

    public void Dispose() => _listener.Dispose();

    /// <summary>A large file is announced by SHA-256, and comes from where its address redirects to.</summary>
    private void AddFile(string path, string text, bool isLarge)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (isLarge)
        {
            string redirect = $"Location: /files{path}\r\nX-Linked-Size: {bytes.Length}\r\nX-Linked-Etag: \"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"";
            _answers["HEAD " + path] = _answers["GET " + path] = Answer("302 Found", "", redirect);
            _answers["GET /files" + path] = Answer("200 OK", text);
            return;
        }

#pragma warning disable CA5350 // Git's.
        string hash = Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
#pragma warning restore CA5350
        byte[] whole = Answer("200 OK", text, $"ETag: \"{hash}\"");
        _answers["GET " + path] = whole;
        _answers["HEAD " + path] = whole[..^bytes.Length];
    }

    private static byte[] Answer(string status, string body, string? header = null) => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{(header is null ? "" : header + "\r\n")}\r\n{body}");

    private async Task Serve()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                string request = await Request(stream);
                byte[] answer = request == Damaged.Request ? Damaged.Answer : _answers.GetValueOrDefault(request, Answer("404 Not Found", ""));
                await stream.WriteAsync(answer);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (IOException)
            {
                // The client had enough.
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
            {
                if (!_listener.Server.IsBound)
                    return;
            }
        }
    }

    /// <summary>Method and path of a request, which is read to its end.</summary>
    private static async Task<string> Request(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string first = await reader.ReadLineAsync() ?? "";
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        string[] parts = first.Split(' ');
        return parts.Length == 3 ? $"{parts[0]} {parts[1]}" : "";
    }
}
