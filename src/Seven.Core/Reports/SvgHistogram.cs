using System.Globalization;
using System.Text;

namespace Seven.Reports;

/// <summary>A bar for each range of scores, kept and removed one above the other, and a line at the threshold.</summary>
internal static class SvgHistogram
{
    private const double Width = 900;
    private const double Height = 220;
    private const double Bottom = 24;

    public static void Append(StringBuilder svg, ScoreDistribution scores)
    {
        double largest = Math.Max(1, scores.Ranges.Max(range => range.Kept + range.Removed));
        double bar = Width / scores.Ranges.Count;
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height + Bottom}\" role=\"img\" aria-label=\"Histogram of scores\">");
        for (int i = 0; i < scores.Ranges.Count; i++)
        {
            var range = scores.Ranges[i];
            double kept = (Height - 16) * range.Kept / largest, removed = (Height - 16) * range.Removed / largest;
            Rectangle(i * bar, Height - kept, kept, "var(--accent)");
            Rectangle(i * bar, Height - kept - removed, removed, "var(--second)");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"0\" x2=\"{Width}\" y1=\"{Height}\" y2=\"{Height}\" />");
        for (int i = 0; i < scores.Ranges.Count; i += Math.Max(1, scores.Ranges.Count / 6))
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{i * bar:F1}\" y=\"{Height + 16}\">{scores.Ranges[i].From:G2}</text>");
        if (scores.Threshold is { } threshold)
        {
            double x = Width * PlaceOf(threshold, scores);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"0\" y2=\"{Height}\" stroke=\"var(--ink)\" stroke-dasharray=\"4 3\" />");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Math.Min(x + 4, Width - 90):F1}\" y=\"11\">threshold {threshold:G3}</text>");
        }

        svg.Append("</svg>\n");

        void Rectangle(double x, double y, double height, string color)
        {
            if (height > 0)
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x + 0.5:F1}\" y=\"{y:F1}\" width=\"{bar - 1:F1}\" height=\"{height:F1}\" fill=\"{color}\" />");
        }
    }

    /// <summary>Where a score stands along the axis: within its range by its share.</summary>
    private static double PlaceOf(double score, ScoreDistribution scores)
    {
        int range = 0;
        while (range < scores.Ranges.Count - 1 && score >= scores.Ranges[range].To)
            range++;
        var (from, to) = (scores.Ranges[range].From, scores.Ranges[range].To);
        double share = double.IsFinite(to) && to > from ? Math.Clamp((score - from) / (to - from), 0, 1) : 0;
        return (range + share) / scores.Ranges.Count;
    }
}
