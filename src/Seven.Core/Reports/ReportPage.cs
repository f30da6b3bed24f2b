using System.Globalization;
using System.Net;
using System.Text;
using Seven.Formats;

namespace Seven.Reports;

/// <summary>Reports as one HTML file without scripts, fonts or pictures from elsewhere.</summary>
internal static class ReportPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="runs">The runs, and what each is called; the name of a single one may be empty.</param>
    /// <param name="path">The file's name.</param>
    /// <exception cref="IOException">It could not be written; an older file is unchanged.</exception>
    public static void Save(IReadOnlyList<(string Name, PruningReport Report)> runs, string path)
    {
        byte[] page = Encoding.UTF8.GetBytes(Page(runs));
        AtomicFile.Write(path, stream => stream.Write(page));
    }

    private static string Page(IReadOnlyList<(string Name, PruningReport Report)> runs)
    {
        var html = new StringBuilder();
        string title = WebUtility.HtmlEncode(runs is [var (name, report)] ? (name.Length == 0 ? "" : name + ": ") + TitleOf(report) : Text($"{runs.Count} runs beside each other"));
        html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\" /><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />")
            .Append($"<title>{title}</title><style>{PageStyle.Css}</style></head><body>\n<h1>{title}</h1>\n");
        if (runs.Count == 1)
        {
            AppendSummary(html, runs[0].Report);
            AppendFrontier(html, runs);
            AppendDetails(html, runs[0].Report);
        }
        else
        {
            AppendFrontier(html, runs);
            foreach (var run in runs)
            {
                html.Append($"<h2>{WebUtility.HtmlEncode($"{run.Name}: {TitleOf(run.Report)}")}</h2>\n");
                AppendSummary(html, run.Report);
                AppendDetails(html, run.Report);
            }
        }

        return html.Append("</body></html>\n").ToString();
    }

    private static string TitleOf(PruningReport report) => Text($"Pruned to {report.Sparsity:P1} by {report.Criterion}, {report.Pattern}");

    private static void AppendSummary(StringBuilder html, PruningReport report)
    {
        html.Append(Text($"<p>{report.Kept:N0} of {report.Weights:N0} prunable weights are left; {report.PrunableShare:P1} of the network's {report.ModelParameters:N0} parameters can be pruned.</p>\n"));
        html.Append("<div class=\"tiles\">");
        Tile(Text($"{report.Sparsity:P2}"), Text($"zeros; {report.TargetSparsity:P1} asked for"));
        Tile(Size(report.CompactBytes), Text($"compact file; dense {Size(report.DenseBytes)}"));
        if (report.Search is { } search)
            Tile(Text($"{search.Chosen.Metric:F4}"), Text($"{WebUtility.HtmlEncode(search.Metric)} of the model that was taken; dense {search.Dense.Metric:F4}{(search.LossError is { } error ? Text($", and a loss that is known to ± {error:F4}") : "")}"));
        if (report.Latency is { } latency)
            Tile(Text($"{latency.Pruned:F3} ms"), Text($"for {WebUtility.HtmlEncode(latency.What)}; dense {latency.Dense:F3} ms, {latency.Dense / latency.Pruned:F1} times as long"));
        if (report.Course.LastOrDefault(point => point.Evaluation is not null) is { } last)
            Tile(Text($"{last.Evaluation:F4}"), "evaluation after the last epoch");
        html.Append("</div>\n");

        void Tile(string value, string what) => html.Append($"<div class=\"tile\"><b>{value}</b><span>{what}</span></div>");
    }

    private static void AppendFrontier(StringBuilder html, IReadOnlyList<(string Name, PruningReport Report)> runs)
    {
        var points = FrontierPoint.Of(runs);
        if (points.Count == 0)
            return;
        SearchReport[] searches = [.. runs.Select(run => run.Report.Search).OfType<SearchReport>()];
        html.Append($"<h3>{WebUtility.HtmlEncode(runs.Count == 1 ? $"The search for {searches[0].Goal}" : "All that was tried")}</h3>\n");
        html.Append($"<p>{WebUtility.HtmlEncode(Joined(searches.Select(search => search.Metric)))} against sparsity, time and size. Full points were trained to the end, open ones are short trials; a ring is the model that was taken; ")
            .Append("the dashed line joins models that none is better than in both.</p>\n");
        html.Append("<p class=\"key\"><i style=\"background:var(--third)\"></i>dense<i style=\"background:var(--second)\"></i>pruned, float32<i style=\"background:var(--accent)\"></i>pruned, int8</p>\n");
        html.Append("<div class=\"charts\">");
        FrontierChart.Append(html, points, Joined(searches.Select(search => search.Metric)), Joined(searches.Select(search => search.Input)));
        FrontierTable.Append(html, points);
        html.Append("</div>\n");
    }

    private static void AppendDetails(StringBuilder html, PruningReport report)
    {
        html.Append("<h3>Sparsity by layer and matrix</h3>\n");
        SparsityTable.Append(html, report.Layers);
        html.Append("<div class=\"charts\">");
        if (report.Values is { Ranges.Count: > 0 } values && values.Ranges.Any(range => range.Count > 0))
        {
            html.Append(Text($"<div><h3>Weights</h3>\n<p>The values of those that are left; {values.Zeros:N0} more are zero. The outermost bars also count what lies beyond.</p>\n"));
            HistogramChart.Append(html, values);
            html.Append("</div>");
        }

        if (report.Scores is { Ranges.Count: > 0 } scores)
            AppendScores(html, scores);
        if (report.Course.Count > 1)
            AppendCourse(html, report.Course);
        html.Append("</div>\n");
    }

    private static void AppendScores(StringBuilder html, ScoreDistribution scores)
    {
        html.Append("<div><h3>Scores</h3>\n<p>Of weights kept at the last pruning step, and of weights removed when they were; thresholds rise from step to step.");
        html.Append(scores.Threshold is { } threshold ? Text($" The smallest score kept is {threshold:G3}.</p>\n") : " Each layer has a threshold of its own.</p>\n");
        html.Append("<p class=\"key\"><i style=\"background:var(--accent)\"></i>kept<i style=\"background:var(--second)\"></i>removed</p>\n");
        HistogramChart.Append(html, scores);
        html.Append("</div>");
    }

    private static void AppendCourse(StringBuilder html, IReadOnlyList<CoursePoint> course)
    {
        html.Append("<div><h3>In the course of fine-tuning</h3>\n");
        html.Append("<p class=\"key\"><i style=\"background:var(--accent)\"></i>sparsity");
        if (course.Any(point => point.Evaluation is not null))
            html.Append("<i style=\"background:var(--third)\"></i>evaluation of an epoch");
        html.Append("<i style=\"background:var(--second)\"></i>loss (smoothed, its own scale)</p>\n");
        CourseChart.Append(html, course);
        html.Append("</div>");
    }

    private static string Joined(IEnumerable<string> names) => string.Join(" or ", names.Distinct());

    private static string Size(long bytes) => bytes >= 10 << 20
        ? Text($"{bytes / (double)(1 << 20):N1} MiB")
        : Text($"{bytes / 1024.0:N0} KiB");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
