using System.CommandLine;
using System.Net;
using Seven.Terminal;
using Study.Cluster;

namespace Study.Commands;

/// <summary>The options of a sweep over several machines.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _database = new("--database") { Description = "share the runs with other processes or machines: a file for processes of one machine, or a connection string of PostgreSQL" };
    private readonly Option<string> _sweep = new("--sweep") { Description = "with --database, the sweep's name in it", DefaultValueFactory = _ => "study" };
    private readonly Option<string> _address = new("--address") { Description = "with --database, this machine's address, by which the others reach it", DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<int?> _dashboard = new Option<int?>("--dashboard") { Description = "with --database, a port for Orleans' dashboard" }.Within(1, 65535);
    private readonly Option<double> _lease = new Option<double>("--lease") { Description = "with --database, seconds after which a run goes to another worker when its own is not heard of", DefaultValueFactory = _ => 60 }.Within(2, 86_400);

    /// <param name="isNeeded">Whether the command makes no sense without a database.</param>
    public ClusterOptions(bool isNeeded)
    {
        _database.Required = isNeeded;
        _address.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !IPAddress.TryParse(result.Tokens[0].Value, out _))
                result.AddError($"--address is {result.Tokens[0].Value}; expected an IP address such as 192.168.1.20.");
        });
    }

    public IEnumerable<Option> All => [_database, _sweep, _address, _dashboard, _lease];

    /// <summary>Refuses the others without a database.</summary>
    public void Check(Command command) => command.Validators.Add(result =>
    {
        if (result.GetResult(_database) is null && All.Skip(1).FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } alone)
            result.AddError($"{alone.Name} is given without --database; expected both.");
    });

    /// <summary>How this machine takes part; <see langword="null"/> for a sweep on this machine alone.</summary>
    public ClusterSettings? SettingsOf(ParseResult parsed) => parsed.GetValue(_database) is { } database
        ? new ClusterSettings
        {
            Database = database,
            Sweep = parsed.GetRequiredValue(_sweep),
            Address = IPAddress.Parse(parsed.GetRequiredValue(_address)),
            DashboardPort = parsed.GetValue(_dashboard),
            Lease = TimeSpan.FromSeconds(parsed.GetValue(_lease)),
        }
        : null;
}
