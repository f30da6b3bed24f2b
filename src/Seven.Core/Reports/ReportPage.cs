using System.Globalization;
using System.Net;
using System.Text;
using Seven.Formats;

namespace Seven.Reports;

/// <summary>The report as one HTML file without scripts, fonts or pictures from elsewhere.</summary>
internal static class ReportPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2430; --soft: #667085; --line: #d9dee7; --paper: #ffffff; --accent: #2563c9; --second: #d9662b; --third: #1a8f5a; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e7eaf0; --soft: #98a2b3; --line: #384152; --paper: #161b24; --accent: #6ea2f5; --second: #f0955f; --third: #55c795; } }
        body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
        h1 { font-size: 1.6rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; } p { margin: .2rem 0; color: var(--soft); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin-top: 1.2rem; }
        .tile { border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; } .tile b { display: block; font-size: 1.25rem; } .tile span { color: var(--soft); font-size: .85rem; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; } th, td { padding: .25rem .5rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
        th:first-child, td:first-child { text-align: left; } th { color: var(--soft); font-weight: 500; } td.cell { min-width: 4.5rem; }
        svg { width: 100%; height: auto; } svg text { fill: var(--soft); font: 11px system-ui, "Segoe UI", Roboto, sans-serif; } .axis { stroke: var(--line); }
        .key { font-size: .85rem; color: var(--soft); } .key i { display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem; margin: 0 .3rem 0 .9rem; vertical-align: -.1rem; }
        """;

    public static void Save(PruningReport report, string path)
    {
        byte[] page = Encoding.UTF8.GetBytes(Page(report));
        AtomicFile.Write(path, stream => stream.Write(page));
    }

    private static string Page(PruningReport report)
    {
        var html = new StringBuilder();
        string title = Text($"Pruned to {report.Sparsity:P1} by {report.Criterion}, {report.Pattern}");
        html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\" /><meta name=\"viewport\" content=\"width=device-width\" />")
            .Append($"<title>{title}</title><style>{Style}</style></head><body>\n<h1>{title}</h1>")
            .Append(Text($"<p>{report.Kept:N0} of {report.Weights:N0} prunable weights are left; {report.PrunableShare:P1} of the network's {report.ModelParameters:N0} parameters can be pruned.</p>\n"));
        AppendTiles(html, report);
        if (report.Search is { } search)
            AppendSearch(html, search);
        html.Append("<h2>Sparsity by layer and matrix</h2>\n");
        SparsityTable.Append(html, report.Layers);
        if (report.Scores is { Ranges.Count: > 0 } scores)
            AppendScores(html, scores);
        if (report.Course.Count > 1)
            AppendCourse(html, report.Course);
        return html.Append("</body></html>\n").ToString();
    }

    private static void AppendTiles(StringBuilder html, PruningReport report)
    {
        html.Append("<div class=\"tiles\">");
        Tile(Text($"{report.Sparsity:P2}"), Text($"zeros; {report.TargetSparsity:P1} asked for"));
        Tile(Text($"{Size(report.CompactBytes)}"), Text($"compact file; dense {Size(report.DenseBytes)}"));
        if (report.Latency is { } latency)
            Tile(Text($"{latency.Pruned:F3} ms"), Text($"for {WebUtility.HtmlEncode(latency.What)}; dense {latency.Dense:F3} ms, {latency.Dense / latency.Pruned:F1} times as long"));
        if (report.Course.LastOrDefault(point => point.Evaluation is not null) is { } last)
            Tile(Text($"{last.Evaluation:F4}"), "evaluation after the last epoch");
        html.Append("</div>\n");

        void Tile(string value, string what) => html.Append($"<div class=\"tile\"><b>{value}</b><span>{what}</span></div>");
    }

    private static void AppendSearch(StringBuilder html, SearchReport search)
    {
        html.Append($"<h2>The search for {WebUtility.HtmlEncode(search.Goal)}</h2>\n");
        html.Append($"<p>{WebUtility.HtmlEncode(search.Metric)} on the validation set. Full points were trained to the end, open ones are short trials; the ring is the model that was taken.</p>\n");
        html.Append("<p class=\"key\"><i style=\"background:var(--third)\"></i>dense<i style=\"background:var(--second)\"></i>pruned, float32<i style=\"background:var(--accent)\"></i>pruned, int8</p>\n");
        SvgFrontier.Append(html, search);
    }

    private static void AppendScores(StringBuilder html, ScoreDistribution scores)
    {
        html.Append("<h2>Scores</h2>\n<p>Of weights kept at the last pruning step, and of weights removed when they were; thresholds rise from step to step.");
        html.Append(scores.Threshold is { } threshold ? Text($" The smallest score kept is {threshold:G3}.</p>\n") : " Each layer has a threshold of its own.</p>\n");
        html.Append("<p class=\"key\"><i style=\"background:var(--accent)\"></i>kept<i style=\"background:var(--second)\"></i>removed</p>\n");
        SvgHistogram.Append(html, scores);
    }

    private static void AppendCourse(StringBuilder html, IReadOnlyList<CoursePoint> course)
    {
        html.Append("<h2>In the course of fine-tuning</h2>\n");
        html.Append("<p class=\"key\"><i style=\"background:var(--accent)\"></i>sparsity");
        if (course.Any(point => point.Evaluation is not null))
            html.Append("<i style=\"background:var(--third)\"></i>evaluation of an epoch");
        html.Append("<i style=\"background:var(--second)\"></i>loss (smoothed, its own scale)</p>\n");
        SvgCourse.Append(html, course);
    }

    private static string Size(long bytes) => bytes >= 10 << 20
        ? Text($"{bytes / (double)(1 << 20):N1} MiB")
        : Text($"{bytes / 1024.0:N0} KiB");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
