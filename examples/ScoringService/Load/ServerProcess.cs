using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ScoringService.Load;

/// <summary>This program once more, as the service.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public double MemoryInMebibytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (double)(1 << 20);
        }
    }

    public static ServerProcess Start(string folder)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        string program = Path.Combine(AppContext.BaseDirectory, "ScoringService.dll");
        var process = Process.Start("dotnet", ["exec", program, folder, "--url", address.ToString()]);
        return new ServerProcess(process, address);
    }

    /// <exception cref="IOException">It ended, or did not answer in time.</exception>
    public async Task WaitUntilReady(HttpClient client, TimeSpan longest, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < longest && !_process.HasExited; await Task.Delay(100, cancellation))
        {
            try
            {
                if ((await client.GetAsync(new Uri("/", UriKind.Relative), cancellation)).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        throw new IOException($"The service did not answer at {Address} within {longest.TotalSeconds} seconds.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
