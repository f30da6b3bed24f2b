using System.Globalization;

namespace Seven.Core.Tests.Fuzz;

/// <summary>How long damaged input is tried, and from where: SEVEN_FUZZ_SECONDS and SEVEN_FUZZ_SEED.</summary>
internal static class FuzzSettings
{
    /// <param name="seconds">How long where nothing is set.</param>
    public static (double Seconds, int Seed) Read(double seconds = 2)
    {
        bool hasSeconds = double.TryParse(Environment.GetEnvironmentVariable("SEVEN_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out double given);
        bool hasSeed = int.TryParse(Environment.GetEnvironmentVariable("SEVEN_FUZZ_SEED"), CultureInfo.InvariantCulture, out int seed);
        return (hasSeconds ? given : seconds, hasSeed ? seed : Environment.TickCount);
    }
}
