using System.Globalization;
using System.Runtime.CompilerServices;

namespace Seven;

/// <summary>Checks at the edge of the library. Each message says what was found and what was expected.</summary>
internal static class Require
{
    public static void InRange(double value, double minimum, double maximum, bool inclusiveEnd, string name)
    {
        bool inside = value >= minimum && (inclusiveEnd ? value <= maximum : value < maximum);
        if (!inside)
        {
            string end = inclusiveEnd ? "]" : ")";
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture,
                $"{name} is {value}; expected a value in [{minimum}, {maximum}{end}."));
        }
    }

    public static void AtLeast(double value, double minimum, string name)
    {
        if (!(value >= minimum) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture,
                $"{name} is {value}; expected a finite value of at least {minimum}."));
    }

    public static void Positive(double value, string name)
    {
        if (!(value > 0) || double.IsInfinity(value))
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture,
                $"{name} is {value}; expected a finite value above 0."));
    }

    public static void SameLength(int found, int expected, string what, [CallerMemberName] string caller = "")
    {
        if (found != expected)
            throw new ArgumentException($"{caller}: {what} has {found} values; expected {expected}.");
    }
}
