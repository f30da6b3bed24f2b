using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Seven.Benchmarks.Scaling;

/// <summary>Throughput along one axis at a time, as SVG.</summary>
internal static class ScalingPlots
{
    private const int Batch = 32;
    private const int Length = 64;

    private static readonly OxyColor[] s_colors = [OxyColors.Black, OxyColors.SteelBlue, OxyColors.SeaGreen, OxyColors.Crimson];

    /// <returns>The files written.</returns>
    public static IEnumerable<string> Write(string folder, IReadOnlyList<ScalingPoint> points)
    {
        yield return Write(
            folder, "scaling-batch.svg", $"sentences of {Length} tokens", "batch", isLogarithmic: true, points.Where(point => point.Length == Length),
            point => point.Batch, point => (point.Percent, point.Threads), key => $"{key.Item1} %, {ThreadsOf(key.Item2)}");
        yield return Write(
            folder, "scaling-length.svg", $"batches of {Batch} sentences", "tokens of a sentence", isLogarithmic: true, points.Where(point => point.Batch == Batch),
            point => point.Length, point => (point.Percent, point.Threads), key => $"{key.Item1} %, {ThreadsOf(key.Item2)}");
        yield return Write(
            folder, "scaling-sparsity.svg", "batch × tokens, all cores", "sparsity, %", isLogarithmic: false,
            points.Where(point => point.Threads == points.Max(other => other.Threads) && point.Batch is 1 or Batch && point.Length is 16 or 128),
            point => point.Percent, point => (point.Batch, point.Length), key => $"{key.Item1} × {key.Item2}");
    }

    private static string Write(
        string folder, string name, string title, string axis, bool isLogarithmic, IEnumerable<ScalingPoint> points,
        Func<ScalingPoint, double> x, Func<ScalingPoint, (int, int)> series, Func<(int, int), string> seriesName)
    {
        // Fonts differ from viewer to viewer: the legend gets room to spare.
        var plot = new PlotModel
        {
            Title = "BERT 4 × 256, thousand tokens a second: " + title,
            TitleFontSize = 14,
            TitleFontWeight = FontWeights.Normal,
            Background = OxyColors.White,
            Padding = new OxyThickness(8),
        };
        plot.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightMiddle, LegendLineSpacing = 6, LegendPadding = 28 });
        plot.Axes.Add(isLogarithmic
            ? new LogarithmicAxis { Position = AxisPosition.Bottom, Base = 2, Title = axis, MajorGridlineStyle = LineStyle.Dot }
            : new LinearAxis { Position = AxisPosition.Bottom, Title = axis, MajorGridlineStyle = LineStyle.Dot });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        var lines = points.GroupBy(series).OrderBy(group => group.Key).ToArray();
        var firsts = lines.Select(line => line.Key.Item1).Distinct().ToList();
        foreach (var line in lines)
        {
            bool isThin = line.Key.Item2 == lines.Min(other => other.Key.Item2);
            var drawn = new LineSeries
            {
                Title = seriesName(line.Key),
                Color = s_colors[firsts.IndexOf(line.Key.Item1)],
                LineStyle = isThin ? LineStyle.Dash : LineStyle.Solid,
                MarkerType = MarkerType.Circle,
                MarkerSize = 3,
                MarkerFill = s_colors[firsts.IndexOf(line.Key.Item1)],
            };
            drawn.Points.AddRange(line.OrderBy(x).Select(point => new DataPoint(x(point), point.TokensPerSecond / 1000)));
            plot.Series.Add(drawn);
        }

        string path = Path.Combine(folder, name);
        using var stream = File.Create(path);
        new SvgExporter { Width = 720, Height = 440, UseVerticalTextAlignmentWorkaround = true }.Export(plot, stream);
        return path;
    }

    private static string ThreadsOf(int count) => count == 1 ? "1 thread" : $"{count} threads";
}
