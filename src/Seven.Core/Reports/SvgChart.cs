using System.Globalization;
using System.Net;
using System.Text;

namespace Seven.Reports;

/// <summary>An axis of a chart.</summary>
/// <param name="Name">What it shows, such as "MB on disk"; empty for nothing.</param>
/// <param name="Least">The value at its beginning.</param>
/// <param name="Most">The value at its end.</param>
/// <param name="Text">How a number on it is written.</param>
internal sealed record ChartAxis(string Name, double Least, double Most, Func<double, string> Text)
{
    /// <summary>Steps between numbers that people read without effort.</summary>
    private static readonly double[] s_steps = [1, 2, 2.5, 5, 10];

    /// <summary>Round numbers within the axis, at most so many.</summary>
    public IEnumerable<double> Ticks(int most)
    {
        double rough = (Most - Least) / most, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = s_steps.First(step => step * power >= rough * 0.999) * power;
        for (double tick = Math.Ceiling(Least / step - 1e-9) * step; tick <= Most + 1e-9 * step; tick += step)
            // Rounding may leave a negative zero, which would be written as one.
            yield return Math.Abs(tick) < 1e-9 * step ? 0 : tick;
    }
}

/// <summary>The frame of a chart with its numbers, 440 units wide, so that its text is legible on a phone and with two charts side by side.</summary>
internal sealed class SvgChart
{
    private const double Width = 440;
    private const double Height = 260;
    private const double Left = 54;
    private const double Right = 430;
    private const double Top = 12;
    private const double Bottom = 216;

    private readonly StringBuilder _svg;
    private readonly ChartAxis _across;
    private readonly ChartAxis _up;

    /// <summary>Begins a chart.</summary>
    /// <param name="html">The page.</param>
    /// <param name="label">The chart's description, for screen readers.</param>
    /// <param name="across">The axis from left to right.</param>
    /// <param name="up">The axis upwards.</param>
    public SvgChart(StringBuilder html, string label, ChartAxis across, ChartAxis up)
    {
        (_svg, _across, _up) = (html, across, up);
        Append($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(label)}\">");
        foreach (double tick in up.Ticks(4))
        {
            Append($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{Y(tick):F1}\" y2=\"{Y(tick):F1}\" />");
            Text(Left - 6, Y(tick) + 4, "end", up.Text(tick));
        }

        Append($"<line class=\"axis\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{Bottom}\" y2=\"{Bottom}\" />");
        foreach (double tick in across.Ticks(5))
            Text(X(tick), Bottom + 17, X(tick) > Right - 12 ? "end" : "middle", across.Text(tick));
        Text((Left + Right) / 2, Bottom + 37, "middle", across.Name);
    }

    public double X(double value) => Left + (Right - Left) * (value - _across.Least) / (_across.Most - _across.Least);

    public double Y(double value) => Bottom - (Bottom - Top) * (value - _up.Least) / (_up.Most - _up.Least);

    /// <summary>A circle at a value; open ones are drawn as a ring.</summary>
    public void Point(double x, double y, string color, bool isFull, string title) => Append(
        $"<circle cx=\"{X(x):F1}\" cy=\"{Y(y):F1}\" r=\"5\" fill=\"{(isFull ? color : "none")}\" stroke=\"{color}\" stroke-width=\"2\"><title>{WebUtility.HtmlEncode(title)}</title></circle>");

    /// <summary>A ring around a point.</summary>
    public void Ring(double x, double y, string color) => Append($"<circle cx=\"{X(x):F1}\" cy=\"{Y(y):F1}\" r=\"10\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" />");

    /// <summary>A word below a point, where the line through the best ones does not run; above it where there is no room.</summary>
    public void Mark(double x, double y, string text) =>
        Text(Math.Clamp(X(x), Left + 16, Right - 16), Y(y) > Bottom - 28 ? Y(y) - 15 : Y(y) + 25, "middle", text, "mark");

    /// <summary>A word at the top, beside a line.</summary>
    public void Title(double x, string text) => Text(X(x) > Right - 130 ? X(x) - 6 : X(x) + 6, Top + 4, X(x) > Right - 130 ? "end" : "start", text, "mark");

    /// <summary>A line through values; those that are no numbers are left out.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, string color, double width, string? dashes = null)
    {
        string places = string.Join(' ', points.Where(point => double.IsFinite(point.Y)).Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):F1},{Y(point.Y):F1}")));
        Append($"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\"{(dashes is null ? "" : $" stroke-dasharray=\"{dashes}\"")} points=\"{places}\" />");
    }

    /// <summary>A bar between two values across, from one value to another upwards.</summary>
    public void Bar(double from, double to, double low, double high, string color)
    {
        if (high > low)
            Append($"<rect x=\"{X(from):F2}\" y=\"{Y(high):F1}\" width=\"{Math.Max(0.5, X(to) - X(from) - 0.6):F2}\" height=\"{Y(low) - Y(high):F1}\" fill=\"{color}\" />");
    }

    public void End() => _svg.Append("</svg>\n");

    private void Text(double x, double y, string anchor, string text, string kind = "") =>
        Append($"<text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\"{(kind.Length == 0 ? "" : $" class=\"{kind}\"")}>{WebUtility.HtmlEncode(text)}</text>");

    private void Append(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
