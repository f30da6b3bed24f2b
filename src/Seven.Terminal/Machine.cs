namespace Seven.Terminal;

/// <summary>The machine that a figure was measured on.</summary>
public static class Machine
{
    private const string Processors = "/proc/cpuinfo";

    /// <summary>Its processor and the number of its cores.</summary>
    public static string Name { get; } = $"{Processor() ?? "unknown processor"}, {Environment.ProcessorCount} cores";

    private static string? Processor() => File.Exists(Processors)
        ? File.ReadLines(Processors).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
        : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
}
