using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Study.Cluster.Databases;

/// <summary>A database with the tables and queries of Orleans' providers for cluster membership and for the state of grains.</summary>
/// <param name="Invariant">The name by which Orleans knows the kind of database.</param>
/// <param name="ConnectionString">How it is reached.</param>
internal sealed record SweepDatabase(string Invariant, string ConnectionString)
{
    /// <summary>Seconds that a process waits while another one writes to a file.</summary>
    private const int LongestWait = 30;

    /// <summary>A file, or a connection string of PostgreSQL.</summary>
    /// <param name="text">What the user has given.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static SweepDatabase Of(string text)
    {
        if (!text.Contains('='))
            return new SweepDatabase("System.Data.SQLite", new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(text), DefaultTimeout = LongestWait }.ConnectionString);
        try
        {
            return new SweepDatabase("Npgsql", new NpgsqlConnectionStringBuilder(text).ConnectionString);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"'{text}' is no connection string: {exception.Message} Expected a file, or a connection string of PostgreSQL such as Host=server;Database=study;Username=me.", exception);
        }
    }

    private bool IsFile => Invariant == "System.Data.SQLite";

    /// <summary>Makes the tables, where they are not there yet.</summary>
    /// <exception cref="InvalidDataException">It cannot be reached, or is no such database.</exception>
    public async Task Prepare(CancellationToken cancellationToken)
    {
        try
        {
            await using DbConnection connection = IsFile ? new SqliteConnection(ConnectionString) : new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await Run(connection, IsFile ? SqliteSchema.Tables : PostgreSqlSchema.Tables, cancellationToken);
            foreach (var (key, query) in IsFile ? SqliteSchema.Queries : PostgreSqlSchema.Queries)
                await Run(connection, "INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES (@key, @query) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText", cancellationToken, ("@key", key), ("@query", query));
        }
        catch (DbException exception)
        {
            throw new InvalidDataException($"The sweep's database cannot be used: {exception.Message}", exception);
        }
    }

    private static async Task Run(DbConnection connection, string sql, CancellationToken cancellationToken, params (string Name, string Value)[] parameters)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
