namespace Study.Cluster.Databases;

/// <summary>Tables and queries in PostgreSQL's words. Each write is one statement, whose first part decides whether the others do anything.</summary>
internal static class PostgreSqlSchema
{
    /// <remarks>One transaction under a lock: where two machines begin at once, IF NOT EXISTS alone lets both create.</remarks>
    public const string Tables = """
        SELECT pg_advisory_xact_lock(7320142);
        CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText text NOT NULL);
        CREATE TABLE IF NOT EXISTS OrleansMembershipVersionTable (DeploymentId varchar(150) PRIMARY KEY, Version integer NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS OrleansMembershipTable (
            DeploymentId varchar(150) NOT NULL, Address varchar(45) NOT NULL, Port integer NOT NULL, Generation integer NOT NULL, SiloName varchar(150) NOT NULL, HostName varchar(150) NOT NULL,
            Status integer NOT NULL, ProxyPort integer, SuspectTimes text, StartTime timestamptz NOT NULL, IAmAliveTime timestamptz NOT NULL, PRIMARY KEY (DeploymentId, Address, Port, Generation));
        CREATE TABLE IF NOT EXISTS OrleansStorage (
            GrainIdHash integer NOT NULL, GrainIdN0 bigint NOT NULL, GrainIdN1 bigint NOT NULL, GrainTypeHash integer NOT NULL, GrainTypeString varchar(512) NOT NULL, GrainIdExtensionString varchar(512),
            ServiceId varchar(150) NOT NULL, PayloadBinary bytea, ModifiedOn timestamptz NOT NULL, Version integer NOT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS OrleansStorageKey ON OrleansStorage (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, COALESCE(GrainIdExtensionString, ''), ServiceId);
        """;

    private const string SameState = $"{CommonSql.State} AND GrainIdExtensionString IS NOT DISTINCT FROM @GrainIdExtensionString::varchar";
    private const string NextVersion = "UPDATE OrleansMembershipVersionTable SET Version = Version + 1 WHERE DeploymentId = @DeploymentId AND Version = @Version";

    public static IEnumerable<(string Key, string Query)> Queries { get; } =
    [
        .. CommonSql.Queries.Where(query => query.Key != "ReadFromStorageKey"),
        ("ReadFromStorageKey", $"SELECT PayloadBinary, Version FROM OrleansStorage WHERE {SameState}"),
        ("InsertMembershipVersionKey", """
            WITH added AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT count(*)::integer FROM added
            """),
        ("InsertMembershipKey", $"""
            WITH next AS ({NextVersion} AND NOT EXISTS (SELECT 1 FROM OrleansMembershipTable WHERE {CommonSql.Silo}) RETURNING 1),
                added AS (INSERT INTO OrleansMembershipTable ({CommonSql.SiloColumns}) SELECT {CommonSql.SiloValues} FROM next RETURNING 1)
            SELECT count(*)::integer FROM added
            """),
        ("UpdateMembershipKey", $"""
            WITH next AS ({NextVersion} RETURNING 1),
                changed AS (UPDATE OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime FROM next WHERE {CommonSql.Silo} RETURNING 1)
            SELECT count(*)::integer FROM changed
            """),
        ("WriteToStorageKey", $"""
            WITH changed AS (UPDATE OrleansStorage SET PayloadBinary = @PayloadBinary, ModifiedOn = now(), Version = Version + 1 WHERE {SameState} AND Version = @GrainStateVersion::integer RETURNING Version),
                added AS (INSERT INTO OrleansStorage ({CommonSql.StateColumns}, PayloadBinary, ModifiedOn, Version)
                    SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, now(), 1
                    WHERE @GrainStateVersion::integer IS NULL ON CONFLICT DO NOTHING RETURNING Version)
            SELECT Version AS NewGrainStateVersion FROM changed UNION ALL SELECT Version FROM added
            UNION ALL SELECT @GrainStateVersion::integer WHERE @GrainStateVersion::integer IS NOT NULL AND NOT EXISTS (SELECT 1 FROM changed)
            """),
        ("ClearStorageKey", $"""
            WITH changed AS (UPDATE OrleansStorage SET PayloadBinary = NULL, ModifiedOn = now(), Version = Version + 1 WHERE {SameState} AND Version = @GrainStateVersion::integer RETURNING Version)
            SELECT Version AS NewGrainStateVersion FROM changed
            UNION ALL SELECT @GrainStateVersion::integer WHERE @GrainStateVersion::integer IS NOT NULL AND NOT EXISTS (SELECT 1 FROM changed)
            """),
    ];
}
