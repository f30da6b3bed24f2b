using System.Globalization;
using Seven.Metrics;
using Spectre.Console;

namespace Seven.Terminal;

/// <summary>A model in a table: how good, how sparse, how large, how fast.</summary>
/// <param name="Name">Its name; "dense" for the one that others are beside.</param>
/// <param name="Metrics">What it is judged by, the one that decides first; the same for all rows.</param>
/// <param name="Zeros">Share of zeros among the prunable weights.</param>
/// <param name="Bytes">Bytes on disk; <see langword="null"/> where that was not measured.</param>
/// <param name="Milliseconds">The median time of one input; <see langword="null"/> where that was not measured.</param>
/// <param name="TrainingSeconds">How long training took; <see langword="null"/> where there was none.</param>
public sealed record ModelRow(string Name, IReadOnlyList<Metric> Metrics, double Zeros, long? Bytes = null, double? Milliseconds = null, double? TrainingSeconds = null)
{
    /// <summary>From this width on a second metric fits beside the deciding one.</summary>
    private const int WideTerminal = 100;

    /// <summary>Prints models beside the first one: "(÷4.6)" is a 4.6th of its size or time.</summary>
    /// <param name="rows">The models; the first is the dense one.</param>
    /// <param name="input">What was timed, such as "a sentence".</param>
    public static void Print(IReadOnlyList<ModelRow> rows, string input)
    {
        if (rows.Count == 0)
            return;
        var table = new Table().RoundedBorder().AddColumn(new TableColumn("model").NoWrap());
        var dense = rows[0];
        bool hasTimes = rows.Any(row => row.Milliseconds is not null), hasSizes = rows.Any(row => row.Bytes is not null), wereTrained = rows.Any(row => row.TrainingSeconds is not null);
        int metrics = Math.Min(AnsiConsole.Profile.Width < WideTerminal ? 1 : 2, dense.Metrics.Count);
        foreach (var metric in dense.Metrics.Take(metrics))
            Add(metric.Name);
        Add("zeros");
        if (hasSizes)
            Add("MB");
        if (hasTimes)
            Add($"ms/{input}");
        if (wereTrained)
            Add("train, s");
        foreach (var row in rows)
            table.AddRow([.. Cells(row).Select(Markup.Escape)]);
        AnsiConsole.Write(table);

        void Add(string heading) => table.AddColumn(new TableColumn(Markup.Escape(heading)).RightAligned().NoWrap());

        IEnumerable<string> Cells(ModelRow row)
        {
            yield return row.Name;
            for (int i = 0; i < metrics; i++)
                yield return i < row.Metrics.Count ? Format("F4", row.Metrics[i].Value) : "";
            yield return Format("0.#", 100 * row.Zeros) + " %";
            if (hasSizes)
                yield return Beside(row.Bytes / 1e6, dense.Bytes / 1e6);
            if (hasTimes)
                yield return Beside(row.Milliseconds, dense.Milliseconds);
            if (wereTrained)
                yield return row.TrainingSeconds is { } seconds ? Format("F0", seconds) : "";
        }
    }

    /// <summary>A number, and how many times it goes into the dense model's.</summary>
    private static string Beside(double? value, double? dense) => value is not { } number ? ""
        : dense is { } other && number > 0 && number != other ? $"{Short(number)} (÷{Format("F1", other / number)})"
        : Short(number);

    private static string Short(double value) => Format(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", value);

    private static string Format(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
