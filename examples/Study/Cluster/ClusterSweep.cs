using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Dashboard;
using Seven.Terminal;
using Study.Cluster.Databases;
using Study.Results;
using Study.Sweeps;

namespace Study.Cluster;

/// <summary>A sweep over several machines: each is a silo of one Orleans cluster, and works on the list that the cluster keeps in a database.</summary>
internal static class ClusterSweep
{
    private const string Name = "seven-study";

    /// <summary>Takes part until all runs are done.</summary>
    /// <param name="settings">How this machine takes part.</param>
    /// <param name="runs">The runs; none to join a sweep that was begun elsewhere.</param>
    /// <param name="experiment">Does the runs.</param>
    /// <param name="results">The file that gets all results in the end.</param>
    /// <param name="cancellationToken">Ends it; the run under way is given back.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InvalidDataException">The database cannot be used, or has another sweep of that name.</exception>
    public static async Task<int> Run(ClusterSettings settings, IReadOnlyList<PlannedRun> runs, Experiment experiment, ResultFile results, CancellationToken cancellationToken)
    {
        var database = SweepDatabase.Of(settings.Database);
        await database.Prepare(cancellationToken);
        await using var silo = Build(settings, database);
        await silo.StartAsync(cancellationToken);
        try
        {
            int failed = RunDisplay.Show(display =>
                new SweepWorker(silo.Services.GetRequiredService<IGrainFactory>(), settings, experiment, results, runs, display).Run(cancellationToken).GetAwaiter().GetResult());
            return failed == 0 ? ExitCode.Success : ExitCode.Failure;
        }
        finally
        {
            await silo.StopAsync(CancellationToken.None);
        }
    }

    private static WebApplication Build(ClusterSettings settings, SweepDatabase database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(settings.DashboardPort is { } port ? $"http://{settings.Address}:{port}" : "http://127.0.0.1:0");
        builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System).AddSingleton<IFatalErrorHandler, LostSilo>();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (Name, Name));
            silo.ConfigureEndpoints(settings.Address, FreePort(), FreePort(), listenOnAnyHostAddress: !IPAddress.IsLoopback(settings.Address));
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (database.Invariant, database.ConnectionString));
            silo.AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString) = (database.Invariant, database.ConnectionString));
            // A lost machine is noticed within seconds: its run waits for it. Two machines must be enough to agree.
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(2);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
                options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
                options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(5);
                options.DefunctSiloExpiration = TimeSpan.FromMinutes(10);
            });
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(5));
            // On each machine, since any of them may show what all of them do.
            silo.AddDashboard();
        });
        var app = builder.Build();
        if (settings.DashboardPort is not null)
            app.MapOrleansDashboard();
        return app;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Ends a process that the cluster has declared dead, such as one that was suspended: its run was reassigned.</summary>
    private sealed class LostSilo : IFatalErrorHandler
    {
        public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException and not ObjectDisposedException;

        public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
        {
            Console.Error.WriteLine("The cluster has declared this machine dead because it did not respond, and reassigned its run; expected a machine that neither sleeps nor loses its network. Call the command again to rejoin.");
            Environment.Exit(ExitCode.Failure);
        }
    }
}
