namespace Study.Cluster.Databases;

/// <summary>Tables and queries in SQLite's words. A write takes the file's lock first, so that what it has read is still so.</summary>
internal static class SqliteSchema
{
    public const string Tables = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS OrleansMembershipVersionTable (DeploymentId TEXT PRIMARY KEY, Version INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS OrleansMembershipTable (
            DeploymentId TEXT NOT NULL, Address TEXT NOT NULL, Port INTEGER NOT NULL, Generation INTEGER NOT NULL, SiloName TEXT NOT NULL, HostName TEXT NOT NULL,
            Status INTEGER NOT NULL, ProxyPort INTEGER, SuspectTimes TEXT, StartTime TEXT NOT NULL, IAmAliveTime TEXT NOT NULL, PRIMARY KEY (DeploymentId, Address, Port, Generation));
        CREATE TABLE IF NOT EXISTS OrleansStorage (
            GrainIdHash INTEGER NOT NULL, GrainIdN0 INTEGER NOT NULL, GrainIdN1 INTEGER NOT NULL, GrainTypeHash INTEGER NOT NULL, GrainTypeString TEXT NOT NULL, GrainIdExtensionString TEXT,
            ServiceId TEXT NOT NULL, PayloadBinary BLOB, ModifiedOn TEXT NOT NULL, Version INTEGER NOT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS OrleansStorageKey ON OrleansStorage (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, IFNULL(GrainIdExtensionString, ''), ServiceId);
        """;

    private const string SameState = $"{CommonSql.State} AND GrainIdExtensionString IS @GrainIdExtensionString";
    private const string IsVersion = "EXISTS (SELECT 1 FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId AND Version = @Version)";
    private const string NextVersion = "UPDATE OrleansMembershipVersionTable SET Version = Version + 1 WHERE DeploymentId = @DeploymentId AND Version = @Version AND changes() > 0";

    /// <summary>The version that was expected, where the write found another one and did nothing.</summary>
    private const string OldVersion = "SELECT @GrainStateVersion AS NewGrainStateVersion WHERE changes() = 0 AND @GrainStateVersion IS NOT NULL;";

    public static IEnumerable<(string Key, string Query)> Queries { get; } =
    [
        .. CommonSql.Queries.Where(query => query.Key != "ReadFromStorageKey"),
        ("ReadFromStorageKey", $"SELECT PayloadBinary, Version FROM OrleansStorage WHERE {SameState}"),
        ("InsertMembershipVersionKey", "INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING; SELECT changes();"),
        ("InsertMembershipKey", $"""
            BEGIN IMMEDIATE;
            INSERT INTO OrleansMembershipTable ({CommonSql.SiloColumns}) SELECT {CommonSql.SiloValues} WHERE {IsVersion} ON CONFLICT DO NOTHING;
            {NextVersion};
            COMMIT;
            SELECT changes();
            """),
        ("UpdateMembershipKey", $"""
            BEGIN IMMEDIATE;
            UPDATE OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime WHERE {CommonSql.Silo} AND {IsVersion};
            {NextVersion};
            COMMIT;
            SELECT changes();
            """),
        ("WriteToStorageKey", $"""
            INSERT INTO OrleansStorage ({CommonSql.StateColumns}, PayloadBinary, ModifiedOn, Version)
                SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, datetime('now'), 1
                WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT 1 FROM OrleansStorage WHERE {SameState} AND Version = @GrainStateVersion)
                ON CONFLICT (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, IFNULL(GrainIdExtensionString, ''), ServiceId)
                DO UPDATE SET PayloadBinary = excluded.PayloadBinary, ModifiedOn = excluded.ModifiedOn, Version = Version + 1 WHERE Version = @GrainStateVersion
                RETURNING Version AS NewGrainStateVersion;
            {OldVersion}
            """),
        ("ClearStorageKey", $"""
            UPDATE OrleansStorage SET PayloadBinary = NULL, ModifiedOn = datetime('now'), Version = Version + 1 WHERE {SameState} AND Version = @GrainStateVersion RETURNING Version AS NewGrainStateVersion;
            {OldVersion}
            """),
    ];
}
