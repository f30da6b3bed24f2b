using System.Globalization;
using System.Text;

namespace Seven.Reports;

/// <summary>Sparsity, evaluation and loss over the updates of the weights.</summary>
internal static class CourseChart
{
    /// <summary>Points of a line: more would not be seen.</summary>
    private const int MostPoints = 600;

    /// <summary>A hundredth of the updates on either side.</summary>
    private const int SmoothedShare = 100;

    public static void Append(StringBuilder html, IReadOnlyList<CoursePoint> course)
    {
        CoursePoint[] epochs = [.. course.Where(point => point.Evaluation is not null)];
        double[] losses = Smoothed(course);
        double largestLoss = Math.Max(1e-9, losses.Max());
        var chart = new SvgChart(
            html, "Course of fine-tuning", new ChartAxis("updates of the weights", 0, Math.Max(1, course[^1].Update), update => update.ToString("N0", CultureInfo.InvariantCulture)),
            new ChartAxis("", 0, 1.02, share => share.ToString("P0", CultureInfo.InvariantCulture)));
        int stride = Math.Max(1, course.Count / MostPoints);
        int[] shown = [.. Enumerable.Range(0, course.Count).Where(i => i % stride == 0 || i == course.Count - 1)];
        chart.Line(shown.Select(i => ((double)course[i].Update, Share(losses[i] / largestLoss))), "var(--second)", 1);
        chart.Line(shown.Select(i => ((double)course[i].Update, Share(course[i].Sparsity))), "var(--accent)", 2);
        chart.Line(epochs.Select(epoch => ((double)epoch.Update, Share(epoch.Evaluation!.Value))), "var(--third)", 2);
        foreach (var epoch in epochs)
            chart.Point(epoch.Update, Share(epoch.Evaluation!.Value), "var(--third)", isFull: true, string.Create(CultureInfo.InvariantCulture, $"{epoch.Evaluation:F4}"));
        chart.End();
    }

    private static double Share(double value) => Math.Clamp(value, 0, 1);

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
