using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Study.Results;

/// <summary>A task's results as a picture: a row a setting, a point a seed.</summary>
internal static class ResultPlot
{
    private const double Width = 900;
    private const double HeightOfRow = 26;
    private const double HeightOfRest = 90;

    /// <summary>Writes a picture of a task.</summary>
    /// <param name="runs">The task's results.</param>
    /// <param name="path">The SVG file.</param>
    public static void Save(IReadOnlyList<StudyRun> runs, string path)
    {
        string[] names = [.. ResultTable.NamesOf(runs).Reverse()];
        var rows = new CategoryAxis { Position = AxisPosition.Left, GapWidth = 0, MajorGridlineStyle = LineStyle.Dot };
        rows.Labels.AddRange(names);
        var series = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerSize = 4, MarkerFill = OxyColor.FromAColor(150, OxyColors.SteelBlue) };
        series.Points.AddRange(runs.Select(run => new ScatterPoint(run.Test, Array.IndexOf(names, ResultTable.NameOf(run)))));
        var plot = new PlotModel
        {
            Title = $"{runs[0].Task}, {runs[0].Metric} on test data, a point a seed",
            Background = OxyColors.White,
            Axes = { rows, new LinearAxis { Position = AxisPosition.Bottom, MajorGridlineStyle = LineStyle.Dot } },
            Series = { series },
        };
        using var file = File.Create(path);
        new SvgExporter { Width = Width, Height = HeightOfRest + HeightOfRow * names.Length, UseVerticalTextAlignmentWorkaround = true }.Export(plot, file);
    }
}
