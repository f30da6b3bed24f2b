using System.Globalization;
using System.Text;

namespace Seven.Reports;

/// <summary>Sparsity, evaluation and loss over the updates of the weights.</summary>
internal static class SvgCourse
{
    private const double Width = 900;
    private const double Height = 240;
    private const double Left = 36;
    private const double Bottom = 24;

    /// <summary>Points of a line: more would not be seen.</summary>
    private const int MostPoints = 600;

    /// <summary>A hundredth of the updates on either side.</summary>
    private const int SmoothedShare = 100;

    public static void Append(StringBuilder svg, IReadOnlyList<CoursePoint> course)
    {
        double updates = Math.Max(1, course[^1].Update);
        CoursePoint[] epochs = [.. course.Where(point => point.Evaluation is not null)];
        double[] losses = Smoothed(course);
        double largestLoss = Math.Max(1e-9, losses.DefaultIfEmpty().Max());

        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height + Bottom}\" role=\"img\" aria-label=\"Course of fine-tuning\">");
        for (int percent = 0; percent <= 100; percent += 25)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width}\" y1=\"{Y(percent / 100.0):F1}\" y2=\"{Y(percent / 100.0):F1}\" />");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{Y(percent / 100.0) + 4:F1}\">{percent} %</text>");
        }

        for (int i = 0; i <= 4; i++)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(updates * i / 4):F1}\" y=\"{Height + 18}\" text-anchor=\"{(i == 4 ? "end" : "middle")}\">{updates * i / 4:N0}</text>");
        Line(course, i => losses[i] / largestLoss, "var(--second)", 1);
        Line(course, i => course[i].Sparsity, "var(--accent)", 2);
        Line(epochs, i => epochs[i].Evaluation!.Value, "var(--third)", 2);
        foreach (var epoch in epochs)
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(epoch.Update):F1}\" cy=\"{Y(epoch.Evaluation!.Value):F1}\" r=\"4\" fill=\"var(--third)\"><title>{epoch.Evaluation:F4}</title></circle>");
        svg.Append("</svg>\n");

        double X(double update) => Left + (Width - Left - 4) * update / updates;

        double Y(double share) => 6 + (Height - 6) * (1 - Math.Clamp(share, 0, 1));

        void Line(IReadOnlyList<CoursePoint> points, Func<int, double> value, string color, double width)
        {
            int stride = Math.Max(1, points.Count / MostPoints);
            svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" points=\"");
            for (int i = 0; i < points.Count; i++)
                if ((i % stride == 0 || i == points.Count - 1) && double.IsFinite(value(i)))
                    svg.Append(CultureInfo.InvariantCulture, $"{X(points[i].Update):F1},{Y(value(i)):F1} ");
            svg.Append("\" />");
        }
    }

    /// <summary>The mean loss of the updates around each: single batches differ too much to show a course.</summary>
    private static double[] Smoothed(IReadOnlyList<CoursePoint> course)
    {
        int reach = course.Count / SmoothedShare;
        var sums = new double[course.Count + 1];
        for (int i = 0; i < course.Count; i++)
            sums[i + 1] = sums[i] + (double.IsFinite(course[i].Loss) ? course[i].Loss : 0);
        return [.. Enumerable.Range(0, course.Count).Select(i =>
        {
            var (start, end) = (Math.Max(0, i - reach), Math.Min(course.Count, i + reach + 1));
            return (sums[end] - sums[start]) / (end - start);
        })];
    }
}
