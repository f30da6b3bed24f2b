using System.Globalization;
using System.Text;

namespace Seven.Reports;

/// <summary>A model on the charts.</summary>
/// <param name="Name">Its run, where there are several; else empty.</param>
/// <param name="Trial">What it is and what it comes to.</param>
/// <param name="IsChosen">Whether its run took it.</param>
internal sealed record FrontierPoint(string Name, SearchTrial Trial, bool IsChosen)
{
    public string Title => Name.Length == 0 ? Trial.ToString() : $"{Name}: {Trial}";

    public bool IsDense => Trial.Sparsity == 0;

    public string Color => IsDense ? "var(--third)" : Trial.Precision == "Float32" ? "var(--second)" : "var(--accent)";

    /// <summary>The models that runs have measured and judged.</summary>
    public static IReadOnlyList<FrontierPoint> Of(IReadOnlyList<(string Name, PruningReport Report)> runs) =>
    [
        .. from run in runs
           where run.Report.Search is not null
           let search = run.Report.Search
           from trial in search.Trials.Prepend(search.Dense).Distinct()
           where double.IsFinite(trial.Metric)
           select new FrontierPoint(runs.Count == 1 ? "" : run.Name, trial, trial == search.Chosen),
    ];
}

/// <summary>Charts of the metric against sparsity, time and size, with a point for each model and a line through the Pareto frontier.</summary>
internal static class FrontierChart
{
    /// <summary>Free space around the points, as a share of their range.</summary>
    private const double Margin = 0.1;

    /// <summary>Room that a word beside a point needs, as a share of the chart.</summary>
    private const double WordWidth = 0.12;

    public static void Append(StringBuilder html, IReadOnlyList<FrontierPoint> points, string metric, string input)
    {
        Panel(html, points, metric, "zeros", point => point.Trial.Sparsity, value => value.ToString("P0", CultureInfo.InvariantCulture), moreIsBetter: true);
        Panel(html, points, metric, $"ms for {input}", point => point.Trial.Milliseconds, Short, moreIsBetter: false);
        Panel(html, points, metric, "MB on disk", point => point.Trial.Bytes / 1e6, Short, moreIsBetter: false);
    }

    private static void Panel(StringBuilder html, IReadOnlyList<FrontierPoint> points, string metric, string cost, Func<FrontierPoint, double> costOf, Func<double, string> text, bool moreIsBetter)
    {
        double most = Math.Max(1e-6, points.Max(costOf)) * (moreIsBetter ? 1 : 1 + Margin);
        var across = new ChartAxis(cost, 0, moreIsBetter ? Math.Max(most, 0.1) * 1.02 : most, text);
        var chart = new SvgChart(html, $"{metric} against {cost}", across, MetricAxis(points));
        FrontierPoint[] frontier = [.. FrontierOf(points, costOf, moreIsBetter)];
        chart.Line(frontier.Select(point => (costOf(point), point.Trial.Metric)), "var(--soft)", 1, "4 3");
        foreach (var point in points)
        {
            chart.Point(costOf(point), point.Trial.Metric, point.Color, point.Trial.IsFull, point.Title);
            if (point.IsChosen)
                chart.Ring(costOf(point), point.Trial.Metric, point.Color);
        }

        double last = double.NegativeInfinity;
        foreach (var point in frontier)
        {
            double place = costOf(point) / across.Most;
            if (place - last < WordWidth)
                continue;
            chart.Mark(costOf(point), point.Trial.Metric, point.IsDense ? "dense" : point.Trial.Sparsity.ToString("P0", CultureInfo.InvariantCulture));
            last = place;
        }

        chart.End();
    }

    /// <summary>The models that were trained to the end and that none is better than, in the metric and in what it costs, from left to right.</summary>
    private static IEnumerable<FrontierPoint> FrontierOf(IReadOnlyList<FrontierPoint> points, Func<FrontierPoint, double> costOf, bool moreIsBetter)
    {
        var ordered = points.Where(point => point.Trial.IsFull).OrderBy(point => moreIsBetter ? -costOf(point) : costOf(point)).ThenByDescending(point => point.Trial.Metric);
        var frontier = new List<FrontierPoint>();
        foreach (var point in ordered)
            if (frontier.Count == 0 || point.Trial.Metric > frontier[^1].Trial.Metric)
                frontier.Add(point);
        return frontier.OrderBy(costOf);
    }

    private static ChartAxis MetricAxis(IReadOnlyList<FrontierPoint> points)
    {
        var (least, most) = (points.Min(point => point.Trial.Metric), points.Max(point => point.Trial.Metric));
        double margin = Math.Max((most - least) * Margin, 1e-3);
        return new ChartAxis("", least - margin, most + margin, value => value.ToString(most - least < 0.05 ? "F3" : "F2", CultureInfo.InvariantCulture));
    }

    private static string Short(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
