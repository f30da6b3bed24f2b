using Seven.Weights;

namespace Seven.Reports;

/// <summary>The number of kept weights whose value lies within a range.</summary>
/// <param name="From">The smallest value of the range.</param>
/// <param name="To">The value at which the next range begins.</param>
/// <param name="Count">Kept weights in it.</param>
public sealed record WeightRange(double From, double To, long Count);

/// <summary>The values of the prunable weights that are left.</summary>
/// <param name="ranges">Ranges of the values, equally wide and in order.</param>
/// <param name="zeros">Weights that are zero.</param>
public sealed class WeightDistribution(IReadOnlyList<WeightRange> ranges, long zeros)
{
    /// <summary>An odd number, so that values around zero have a range of their own.</summary>
    private const int RangeCount = 61;

    /// <summary>Standard deviations on either side of zero; the few weights beyond are counted in the outermost ranges.</summary>
    private const double Reach = 4;

    /// <summary>Ranges of the values, equally wide and in order, on both sides of zero; the outermost also count what lies beyond them.</summary>
    public IReadOnlyList<WeightRange> Ranges => ranges;

    /// <summary>Weights that are zero, which are in no range.</summary>
    public long Zeros => zeros;

    /// <summary>The distribution of a network's prunable weights.</summary>
    internal static WeightDistribution Of(IEnumerable<Parameter> parameters)
    {
        Parameter[] prunable = [.. parameters.Where(parameter => parameter.IsPrunable)];
        var (squares, kept, zeros) = (0.0, 0L, 0L);
        foreach (var parameter in prunable)
            foreach (float value in parameter.Values)
            {
                squares += (double)value * value;
                (kept, zeros) = value == 0 ? (kept, zeros + 1) : (kept + 1, zeros);
            }

        double width = 2 * Reach * Math.Sqrt(squares / Math.Max(1, kept)) / RangeCount;
        long[] counts = new long[RangeCount];
        // Without weights, or where one is not a number, there is no scale.
        if (width > 0 && double.IsFinite(width))
            foreach (var parameter in prunable)
                foreach (float value in parameter.Values)
                    if (value != 0)
                        counts[(int)Math.Clamp(Math.Round(value / width) + RangeCount / 2, 0, RangeCount - 1)]++;
        double first = -(RangeCount / 2) - 0.5;
        return new WeightDistribution([.. counts.Select((count, i) => new WeightRange((first + i) * width, (first + i + 1) * width, count))], zeros);
    }
}
