using System.Globalization;
using System.Text;

namespace Seven.Reports;

/// <summary>A bar for each range of scores or weights.</summary>
internal static class HistogramChart
{
    /// <summary>Scores, kept and removed one above the other, and a line at the threshold.</summary>
    public static void Append(StringBuilder html, ScoreDistribution scores)
    {
        var ranges = scores.Ranges;
        double largest = Math.Max(1, ranges.Max(range => range.Kept + range.Removed));
        // Ranges grow by a constant factor and are drawn with equal widths.
        var across = new ChartAxis("score", 0, ranges.Count, place => ranges[Math.Clamp((int)Math.Round(place), 0, ranges.Count - 1)].From.ToString("G2", CultureInfo.InvariantCulture));
        var chart = new SvgChart(html, "Histogram of scores", across, Counts(largest));
        for (int i = 0; i < ranges.Count; i++)
        {
            chart.Bar(i, i + 1, 0, ranges[i].Kept, "var(--accent)");
            chart.Bar(i, i + 1, ranges[i].Kept, ranges[i].Kept + ranges[i].Removed, "var(--second)");
        }

        if (scores.Threshold is { } threshold)
        {
            double place = PlaceOf(threshold, ranges);
            chart.Line([(place, 0), (place, largest)], "var(--ink)", 1, "4 3");
            chart.Title(place, string.Create(CultureInfo.InvariantCulture, $"threshold {threshold:G3}"));
        }

        chart.End();
    }

    /// <summary>The weights that are left.</summary>
    public static void Append(StringBuilder html, WeightDistribution values)
    {
        var ranges = values.Ranges;
        double least = ranges[0].From, most = ranges[^1].To;
        var chart = new SvgChart(
            html, "Histogram of the weights that are left", new ChartAxis("value of a weight", least, most, value => Math.Abs(value) < most * 1e-6 ? "0" : value.ToString("G2", CultureInfo.InvariantCulture)),
            Counts(Math.Max(1, ranges.Max(range => range.Count))));
        foreach (var range in ranges)
            chart.Bar(range.From, range.To, 0, range.Count, "var(--accent)");
        chart.End();
    }

    private static ChartAxis Counts(double largest) => new("", 0, largest * 1.08, count => count switch
    {
        >= 1e6 => (count / 1e6).ToString("G3", CultureInfo.InvariantCulture) + " M",
        >= 1e3 => (count / 1e3).ToString("G3", CultureInfo.InvariantCulture) + " k",
        _ => count.ToString("G3", CultureInfo.InvariantCulture),
    });

    /// <summary>Returns the position of a score on the axis, interpolated within its range.</summary>
    private static double PlaceOf(double score, IReadOnlyList<ScoreRange> ranges)
    {
        int range = 0;
        while (range < ranges.Count - 1 && score >= ranges[range].To)
            range++;
        var (from, to) = (ranges[range].From, ranges[range].To);
        return range + (double.IsFinite(to) && to > from ? Math.Clamp((score - from) / (to - from), 0, 1) : 0);
    }
}
