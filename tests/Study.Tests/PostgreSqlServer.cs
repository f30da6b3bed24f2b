using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Seven.Tests;

namespace Study.Tests;

/// <summary>A PostgreSQL server of the test's own, where its programs are on the machine.</summary>
internal sealed class PostgreSqlServer : IDisposable
{
    private readonly string _programs;
    private readonly string _folder = TestFolders.Temporary();
    private readonly int _port = FreePort();

    private PostgreSqlServer(string programs)
    {
        _programs = programs;
        // The server does not run as root.
        if (Environment.UserName == "root")
            Run("chown", "nobody", _folder);
        RunAsUser("initdb", "-D", Data, "-A", "trust", "-U", "study");
        RunAsUser("pg_ctl", "-D", Data, "-o", string.Create(CultureInfo.InvariantCulture, $"-p {_port} -k {_folder} -c listen_addresses=127.0.0.1"), "-l", Path.Combine(_folder, "log"), "-w", "start");
    }

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Database=postgres;Username=study");

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts a server; the test is skipped where there is none.</summary>
    public static PostgreSqlServer Start()
    {
        string? programs = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb"))) : null;
        if (programs is null)
            Assert.Inconclusive("There is no PostgreSQL server in /usr/lib/postgresql.");
        return new PostgreSqlServer(programs);
    }

    public void Dispose() => RunAsUser("pg_ctl", "-D", Data, "-m", "immediate", "stop");

    private void RunAsUser(string program, params string[] arguments)
    {
        string path = Path.Combine(_programs, program);
        if (Environment.UserName == "root")
            Run("runuser", ["-u", "nobody", "--", path, .. arguments]);
        else
            Run(path, arguments);
    }

    /// <summary>Output is not read: the server would keep the pipe open.</summary>
    private void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = _folder })!;
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{program} {string.Join(' ', arguments)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
