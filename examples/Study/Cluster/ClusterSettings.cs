using System.Net;

namespace Study.Cluster;

/// <summary>How this machine takes part in a sweep.</summary>
internal sealed record ClusterSettings
{
    /// <summary>The database that all machines share: a file for processes of one machine (SQLite), or a connection string of PostgreSQL.</summary>
    public required string Database { get; init; }

    /// <summary>The sweep's name in the database.</summary>
    public string Sweep { get; init; } = "study";

    /// <summary>The address under which other machines reach this one.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port of the dashboard; <see langword="null"/> for none.</summary>
    public int? DashboardPort { get; init; }

    /// <summary>How long a worker is waited for that says nothing: a machine that sleeps or is cut off loses its run after it.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between two signs of life.</summary>
    public TimeSpan Renewal => Lease / 6;

    /// <summary>The name of this process among the workers.</summary>
    public string Worker { get; } = $"{Environment.MachineName}, process {Environment.ProcessId}";
}
