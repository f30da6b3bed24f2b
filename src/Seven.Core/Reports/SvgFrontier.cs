using System.Globalization;
using System.Net;
using System.Text;

namespace Seven.Reports;

/// <summary>What a search tried: the metric against size and against time, a point a trial.</summary>
internal static class SvgFrontier
{
    private const double Width = 900;
    private const double Height = 260;
    private const double Gap = 60;
    private const double Left = 52;
    private const double Bottom = 40;
    private const double Top = 12;
    private const double PanelWidth = (Width - Gap) / 2;

    /// <summary>Free space around the points, as a share of their range.</summary>
    private const double Margin = 0.08;

    public static void Append(StringBuilder svg, SearchReport search)
    {
        SearchTrial[] all = [search.Dense, .. search.Trials.Where(trial => trial.Sparsity > 0)];
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height + Bottom}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(search.Metric)} against size and time\">");
        Panel(svg, search, all, 0, trial => trial.Bytes / 1e6, "MB on disk");
        Panel(svg, search, all, PanelWidth + Gap, trial => trial.Milliseconds, $"ms for {search.Input}");
        svg.Append("</svg>\n");
    }

    private static void Panel(StringBuilder svg, SearchReport search, SearchTrial[] trials, double start, Func<SearchTrial, double> cost, string label)
    {
        var across = Range(trials.Select(cost).Append(0));
        var up = Range(trials.Select(trial => trial.Metric));
        for (int i = 0; i <= 4; i++)
        {
            double y = up.Least + (up.Most - up.Least) * i / 4, x = across.Most * i / 4;
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{start + Left}\" x2=\"{start + PanelWidth}\" y1=\"{Y(y):F1}\" y2=\"{Y(y):F1}\" />");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{start}\" y=\"{Y(y) + 4:F1}\">{y:F4}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(x):F1}\" y=\"{Height + 16}\" text-anchor=\"{(i == 4 ? "end" : "middle")}\">{x:G3}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{start + (Left + PanelWidth) / 2}\" y=\"{Height + 34}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(label)}</text>");
        foreach (var trial in trials)
        {
            string color = trial == search.Dense ? "var(--third)" : trial.Precision == "Float32" ? "var(--second)" : "var(--accent)";
            string fill = trial.IsFull ? color : "none";
            var (x, y) = (X(cost(trial)), Y(trial.Metric));
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:F1}\" cy=\"{y:F1}\" r=\"5\" fill=\"{fill}\" stroke=\"{color}\" stroke-width=\"2\"><title>{WebUtility.HtmlEncode(trial.ToString())}</title></circle>");
            if (trial == search.Chosen)
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:F1}\" cy=\"{y:F1}\" r=\"10\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" />");
        }

        double X(double value) => start + Left + (PanelWidth - Left) * (value - across.Least) / (across.Most - across.Least);

        double Y(double value) => Top + (Height - Top) * (1 - (value - up.Least) / (up.Most - up.Least));
    }

    private static (double Least, double Most) Range(IEnumerable<double> values)
    {
        var (least, most) = (values.Min(), values.Max());
        double margin = Math.Max((most - least) * Margin, 1e-6);
        return (least == 0 ? 0 : least - margin, most + margin);
    }
}
