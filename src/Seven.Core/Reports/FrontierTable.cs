using System.Globalization;
using System.Net;
using System.Text;

namespace Seven.Reports;

/// <summary>The models of the charts in figures.</summary>
internal static class FrontierTable
{
    public static void Append(StringBuilder html, IReadOnlyList<FrontierPoint> points)
    {
        html.Append("<div class=\"wide\"><table><tr><th>model</th><th>judged</th><th>zeros</th><th>MB</th><th>ms</th></tr>\n");
        foreach (var point in points.DistinctBy(point => point.IsDense ? point.Trial.ToString() : point.Title))
        {
            var trial = point.Trial;
            string what = point.IsDense ? "dense" : trial.IsFull ? trial.Pattern : $"{trial.Pattern}, short trial";
            html.Append(CultureInfo.InvariantCulture, $"<tr{(point.IsChosen ? " class=\"chosen\"" : "")}><td>{WebUtility.HtmlEncode($"{(point.Name.Length == 0 || point.IsDense ? "" : point.Name + ": ")}{what}, {trial.Precision}")}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td>{trial.Metric:F4}</td><td>{trial.Sparsity:P1}</td><td>{trial.Bytes / 1e6:F2}</td><td>{trial.Milliseconds:F2}</td></tr>\n");
        }

        html.Append("</table></div>\n");
    }
}
