using System.Globalization;
using System.Net;
using System.Text;

namespace Seven.Reports;

/// <summary>A row for each numbered layer of the network, a column for each of its matrices; what has no number comes in rows of its own.</summary>
internal static class SparsityTable
{
    public static void Append(StringBuilder html, IReadOnlyList<LayerSparsity> matrices)
    {
        var places = matrices.Select(matrix => (Matrix: matrix, Place: PlaceOf(matrix.Name))).ToArray();
        string[] columns = [.. places.Where(place => place.Place.Layer is not null).Select(place => place.Place.Column).Distinct()];
        html.Append("<div class=\"wide\"><table><tr><th>layer</th><th>weights left</th><th>zeros</th>");
        foreach (string column in columns)
            html.Append("<th>").Append(WebUtility.HtmlEncode(Shortened(column))).Append("</th>");
        html.Append("</tr>\n");
        foreach (var row in places.GroupBy(place => place.Place.Layer ?? place.Matrix.Name))
        {
            var cells = row.Where(place => place.Place.Layer is not null).ToDictionary(place => place.Place.Column, place => place.Matrix);
            AppendRow(html, row.Key, [.. row.Select(place => place.Matrix)], columns, cells);
        }

        html.Append("</table></div>\n");
    }

    private static void AppendRow(
        StringBuilder html, string name, IReadOnlyList<LayerSparsity> matrices, string[] columns, Dictionary<string, LayerSparsity> cells)
    {
        long weights = matrices.Sum(matrix => matrix.Weights), kept = matrices.Sum(matrix => matrix.Kept);
        html.Append($"<tr><td>{WebUtility.HtmlEncode(name)}</td><td>{kept.ToString("N0", CultureInfo.InvariantCulture)}</td>");
        AppendCell(html, 1 - kept / (double)weights, title: name);
        foreach (string column in columns)
            if (cells.TryGetValue(column, out var matrix))
                AppendCell(html, matrix.Sparsity, string.Create(CultureInfo.InvariantCulture, $"{matrix.Name} [{string.Join(" × ", matrix.Shape)}], {matrix.Kept:N0} left"));
            else
                html.Append("<td></td>");
        html.Append("</tr>\n");
    }

    /// <summary>The number on a bar as long as the share of zeros.</summary>
    private static void AppendCell(StringBuilder html, double sparsity, string title) => html.Append(
        CultureInfo.InvariantCulture,
        $"<td class=\"cell\" title=\"{WebUtility.HtmlEncode(title)}\" style=\"background:linear-gradient(90deg,color-mix(in srgb,var(--accent) 30%,transparent) {100 * sparsity:F1}%,transparent 0)\">{100 * sparsity:F1} %</td>");

    /// <summary>"a.layer.3.b.weight" is the matrix "b" of "a.layer.3".</summary>
    private static (string? Layer, string Column) PlaceOf(string name)
    {
        string[] parts = name.Split('.');
        int number = Array.FindIndex(parts, part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        if (number < 0 || number == parts.Length - 1)
            return (null, name);
        int end = parts[^1] == "weight" && number < parts.Length - 2 ? parts.Length - 1 : parts.Length;
        return (string.Join('.', parts[..(number + 1)]), string.Join('.', parts[(number + 1)..end]));
    }

    /// <summary>Names of matrices repeat what is in all of them.</summary>
    private static string Shortened(string column) => column.Replace("attention.self.", "", StringComparison.Ordinal)
        .Replace("attention.attention.", "", StringComparison.Ordinal).Replace(".dense", "", StringComparison.Ordinal);
}
