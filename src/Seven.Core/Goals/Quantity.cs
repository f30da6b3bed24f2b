using System.Globalization;

namespace Seven.Goals;

/// <summary>Reads sizes and times with their units, in any culture with a decimal point.</summary>
internal static class Quantity
{
    private static readonly (string Unit, double Factor)[] s_bytes =
    [
        ("B", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ];

    private static readonly (string Unit, double Factor)[] s_milliseconds = [("µs", 1e-3), ("us", 1e-3), ("ms", 1), ("s", 1000)];

    /// <exception cref="FormatException">The text is no size.</exception>
    public static long Bytes(string text) => (long)Read(text, s_bytes, "20 MB");

    /// <exception cref="FormatException">The text is no time.</exception>
    public static TimeSpan Time(string text) => TimeSpan.FromMilliseconds(Read(text, s_milliseconds, "5 ms"));

    private static double Read(string text, (string Unit, double Factor)[] units, string example)
    {
        ArgumentNullException.ThrowIfNull(text);
        int end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        string unit = text[end..].Trim();
        var found = units.FirstOrDefault(known => known.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase));
        return found.Unit is not null && double.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out double number) && number > 0
            ? number * found.Factor
            : throw new FormatException($"'{text}' was found; expected a positive number and one of the units {string.Join(", ", units.Select(known => known.Unit))}, such as \"{example}\".");
    }
}
