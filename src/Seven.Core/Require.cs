using System.Globalization;
using System.Runtime.CompilerServices;

namespace Seven;

/// <summary>Checks at the edge of the library. Each message says what was found and what was expected; an option that is not set, <see langword="null"/>, is always right.
/// What is set is returned.</summary>
internal static class Require
{
    public static double InRange(double value, double minimum, double maximum, bool inclusiveEnd, string name)
    {
        InRange((double?)value, minimum, maximum, inclusiveEnd, name);
        return value;
    }

    public static void InRange(double? value, double minimum, double maximum, bool inclusiveEnd, string name)
    {
        bool isInside = value >= minimum && (inclusiveEnd ? value <= maximum : value < maximum);
        if (value is not null && !isInside)
        {
            string end = inclusiveEnd ? "]" : ")";
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture,
                $"{name} is {value}; expected a value in [{minimum}, {maximum}{end}."));
        }
    }

    public static double AtLeast(double value, double minimum, string name)
    {
        AtLeast((double?)value, minimum, name);
        return value;
    }

    public static void AtLeast(double? value, double minimum, string name)
    {
        if (value is { } number && (!(number >= minimum) || double.IsInfinity(number)))
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture,
                $"{name} is {value}; expected a finite value of at least {minimum}."));
    }

    public static double Positive(double value, string name)
    {
        Positive((double?)value, name);
        return value;
    }

    public static void Positive(double? value, string name)
    {
        if (value is { } number && (!(number > 0) || double.IsInfinity(number)))
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture,
                $"{name} is {value}; expected a finite value above 0."));
    }

    public static void Defined<T>(T? value, string name)
        where T : struct, Enum
    {
        if (value is { } choice && !Enum.IsDefined(choice))
            throw new ArgumentOutOfRangeException(name, $"{name} is {choice}; expected {string.Join(", ", Enum.GetNames<T>())}.");
    }

    public static void SameLength(int found, int expected, string what, [CallerMemberName] string caller = "")
    {
        if (found != expected)
            throw new ArgumentException($"{caller}: {what} has {found} values; expected {expected}.");
    }
}
