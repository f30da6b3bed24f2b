namespace Study.Cluster.Databases;

/// <summary>What both kinds of database say in the same words. Names of queries, parameters and columns are Orleans'.</summary>
internal static class CommonSql
{
    /// <summary>The row of a silo.</summary>
    public const string Silo = "DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation";

    /// <summary>The columns of a silo.</summary>
    public const string SiloColumns = "DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime";

    /// <summary>Their values.</summary>
    public const string SiloValues = "@DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime";

    /// <summary>The row of a grain's state.</summary>
    public const string State = "GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1 AND GrainTypeString = @GrainTypeString AND ServiceId = @ServiceId";

    /// <summary>The columns of a grain's state that do not change.</summary>
    public const string StateColumns = "GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId";

    private const string Members = "SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version "
        + "FROM OrleansMembershipVersionTable v LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId";

    /// <summary>The queries that need no words of their own.</summary>
    public static IEnumerable<(string Key, string Query)> Queries { get; } =
    [
        ("UpdateIAmAlivetimeKey", $"UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime WHERE {Silo}"),
        ("MembershipReadRowKey", $"{Members} AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation WHERE v.DeploymentId = @DeploymentId"),
        ("MembershipReadAllKey", $"{Members} WHERE v.DeploymentId = @DeploymentId"),
        ("GatewaysQueryKey", "SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0"),
        ("DeleteMembershipTableEntriesKey", "DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId; DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId"),
        ("CleanupDefunctSiloEntriesKey", "DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3"),
        ("ReadFromStorageKey", $"SELECT PayloadBinary, Version FROM OrleansStorage WHERE {State}"),
    ];
}
