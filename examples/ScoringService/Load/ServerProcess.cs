using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ScoringService.Load;

/// <summary>The service as a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Stopwatch _clock;

    private ServerProcess(Process process, Stopwatch clock, Uri address) => (Process, _clock, Address) = (process, clock, address);

    public Process Process { get; }

    public Uri Address { get; }

    public double MemoryInMebibytes
    {
        get
        {
            Process.Refresh();
            return Process.WorkingSet64 / (double)(1 << 20);
        }
    }

    /// <param name="program">The program; <see langword="null"/> for this one.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="options">Further options of the command line.</param>
    public static ServerProcess Start(string? program, string folder, params string[] options)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var clock = Stopwatch.StartNew();
        var process = Process.Start(CommandOf(program, [folder, "--url", address.ToString(), .. options]))!;
        return new ServerProcess(process, clock, address);
    }

    /// <summary>Waits for the first good answer.</summary>
    /// <returns>The time since the start of the process.</returns>
    /// <exception cref="IOException">The process ended, or did not answer in time.</exception>
    public async Task<TimeSpan> WaitUntilReady(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Address };
        while (_clock.Elapsed < longest && !Process.HasExited)
        {
            try
            {
                using var answer = await client.PostAsync(new Uri("/classify", UriKind.Relative), JsonContent.Create(new LoadText("a good film"), LoadMessages.Default.LoadText), cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return _clock.Elapsed;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(2, cancellationToken);
        }

        throw new IOException($"The service did not answer at {Address} within {longest.TotalSeconds} seconds.");
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill(entireProcessTree: true);
        Process.Dispose();
    }

    /// <summary>This program once more: its own file, or with .NET's host where that has started it.</summary>
    private static ProcessStartInfo CommandOf(string? program, string[] arguments)
    {
        program ??= Environment.ProcessPath ?? throw new IOException("The path of this program is not known; expected --program.");
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return isHost ? new ProcessStartInfo(program, ["exec", Path.Combine(AppContext.BaseDirectory, "ScoringService.dll"), .. arguments]) : new ProcessStartInfo(program, arguments);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
