using System.Globalization;
using System.Text;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using Seven.Inference;

namespace Seven.Benchmarks.Rivals;

/// <summary>A table and a plot of what was measured.</summary>
internal static class RivalReport
{
    private static readonly OxyColor[] s_colors = [OxyColors.SteelBlue, OxyColors.Crimson, OxyColors.LightSteelBlue, OxyColors.Salmon];

    /// <summary>Writes rivals.md and a plot for each model.</summary>
    public static void Write(string folder, IReadOnlyList<RivalResult> results)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "rivals.md"), Table(results));
        foreach (var ofModel in results.Where(result => result.Threads == results[0].Threads).GroupBy(result => result.Model.Name))
        {
            using var stream = File.Create(Path.Combine(folder, $"rivals-{ofModel.Key}.svg"));
            new SvgExporter { Width = 900, Height = 480 }.Export(Plot(ofModel.Key, [.. ofModel]), stream);
        }
    }

    private static string Table(IReadOnlyList<RivalResult> results)
    {
        var text = new StringBuilder("| case | milliseconds | ONNX Runtime int8 | float32 | times as fast as int8 | as float32 |\n|---|---|---|---|---|---|\n");
        foreach (var result in results)
            text.Append(CultureInfo.InvariantCulture,
                $"| {result.Case} | {result.Seconds * 1000:F2} | {result.RuntimeInt8 * 1000:F2} | {result.RuntimeFloat32 * 1000:F2} | {result.Ratio:F2} | {result.RatioToFloat32:F2} |\n");
        return text.ToString();
    }

    private static PlotModel Plot(string model, IReadOnlyList<RivalResult> results)
    {
        var plot = new PlotModel
        {
            Title = $"{model}: times as fast as ONNX Runtime int8",
            TitleFontSize = 14,
            TitleFontWeight = FontWeights.Normal,
            Background = OxyColors.White,
            Padding = new OxyThickness(8),
        };
        plot.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightMiddle, LegendLineSpacing = 6, LegendPadding = 28 });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "sparsity, %", MajorGridlineStyle = LineStyle.Dot });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        plot.Series.Add(new LineSeries { Title = "ONNX Runtime int8", Color = OxyColors.Black, LineStyle = LineStyle.Dash, Points = { new DataPoint(0, 1), new DataPoint(95, 1) } });
        foreach (var line in results.Where(result => result.Batch is { Sequences: 1, Tokens: 32 or 128 } && result.Form.Block == 1).GroupBy(result => (result.Form.Precision, result.Batch.Tokens)).OrderBy(group => group.Key))
        {
            bool isInt8 = line.Key.Precision == Precision.Int8;
            var drawn = new LineSeries
            {
                Title = $"{(isInt8 ? "int8" : "float32")}, {line.Key.Tokens} tokens",
                Color = s_colors[(isInt8 ? 1 : 0) + (line.Key.Tokens == 128 ? 0 : 2)],
                MarkerType = MarkerType.Circle,
                MarkerSize = 3,
            };
            drawn.Points.AddRange(line.OrderBy(result => result.Form.Percent).Select(result => new DataPoint(result.Form.Percent, result.Ratio)));
            plot.Series.Add(drawn);
        }

        return plot;
    }
}
