using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Seven.Core.Tests.Hub;

/// <summary>A server of this process that speaks the part of the hub's protocol that downloads need, and can be made to misbehave.</summary>
internal sealed class LocalHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly HttpListener _listener;
    private readonly ConcurrentQueue<Func<HttpListenerContext, bool>> _faults = new();

    public LocalHub(string name, IReadOnlyDictionary<string, byte[]> files)
    {
        (Name, Files) = (name, files);
        (_listener, Address) = Listen();
        _ = Task.Run(Serve);
    }

    public string Name { get; }

    public IReadOnlyDictionary<string, byte[]> Files { get; }

    public Uri Address { get; }

    /// <summary>Requests, as method and path with the range, in their order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What files that are announced by SHA-256, as large ones are, redirect to; <see langword="null"/> for nothing.</summary>
    public string? RedirectsTo { get; set; }

    /// <summary>What the next request gets in place of its answer; false for that answer after all, and the fault waits for the request after it.</summary>
    public void Fault(Func<HttpListenerContext, bool> fault) => _faults.Enqueue(fault);

    public void Dispose() => _listener.Close();

    /// <summary>A listener at a port that was free a moment ago, and mostly still is.</summary>
    private static (HttpListener Listener, Uri Address) Listen()
    {
        for (int attempt = 0; ; attempt++)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            int port = ((IPEndPoint)free.LocalEndpoint).Port;
            free.Stop();
            var listener = new HttpListener { Prefixes = { $"http://localhost:{port}/" } };
            try
            {
                listener.Start();
                return (listener, new Uri($"http://localhost:{port}"));
            }
            catch (HttpListenerException) when (attempt < 20)
            {
            }
        }
    }

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                Requests.Enqueue($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}{(context.Request.Headers["Range"] is { } range ? " " + range : "")}{(context.Request.Headers["Authorization"] is { } token ? " " + token : "")}");
                if (_faults.TryPeek(out var fault) && fault(context))
                {
                    _faults.TryDequeue(out _);
                    continue;
                }

                Answer(context);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath;
        if (path == $"/api/models/{Name}/revision/main")
            Send(context, JsonSerializer.SerializeToUtf8Bytes(new { sha = Commit, siblings = Files.Keys.Select(file => new { rfilename = file }) }));
        else if (path.StartsWith($"/{Name}/resolve/{Commit}/", StringComparison.Ordinal) && Files.TryGetValue(path[$"/{Name}/resolve/{Commit}/".Length..], out byte[]? file))
            SendFile(context, path, file);
        else if (path.StartsWith("/files/", StringComparison.Ordinal) && Files.TryGetValue(path["/files/".Length..], out byte[]? redirected))
            Send(context, redirected);
        else
            Refuse(context, 404);
    }

    private void SendFile(HttpListenerContext context, string path, byte[] file)
    {
        bool isLarge = path.EndsWith(".safetensors", StringComparison.Ordinal);
        if (isLarge)
        {
            context.Response.AddHeader("X-Linked-Etag", $"\"{Convert.ToHexStringLower(SHA256.HashData(file))}\"");
            context.Response.AddHeader("X-Linked-Size", file.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (RedirectsTo is { } target)
            {
                context.Response.StatusCode = 302;
                context.Response.AddHeader("Location", target);
                context.Response.Close();
                return;
            }
        }
        else
        {
            byte[] blob = [.. Encoding.ASCII.GetBytes($"blob {file.Length}\0"), .. file];
#pragma warning disable CA5350 // Git's.
            context.Response.AddHeader("ETag", $"\"{Convert.ToHexStringLower(SHA1.HashData(blob))}\"");
#pragma warning restore CA5350
        }

        Send(context, file);
    }

    public static void Send(HttpListenerContext context, byte[] bytes)
    {
        int start = 0;
        if (context.Request.Headers["Range"] is { } range)
        {
            start = int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
        }

        context.Response.ContentLength64 = bytes.Length - start;
        if (context.Request.HttpMethod != "HEAD")
            context.Response.OutputStream.Write(bytes, start, bytes.Length - start);
        context.Response.Close();
    }

    public static bool Refuse(HttpListenerContext context, int status, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.AddHeader("Retry-After", retryAfter);
        context.Response.Close();
        return true;
    }
}
