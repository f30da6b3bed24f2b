using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Encoders.Scoring;

namespace Seven.MLNet.Encoders.Training;

/// <summary>Examples with a class.</summary>
internal static class ClassExamples
{
    /// <summary>Reads rows with the label of each; those whose label is missing, or was not there when the classes were counted, are left out.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="source">Reads all but the label.</param>
    /// <param name="labelColumn">The column of labels.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="exampleOf">An input with its class, from 0.</param>
    /// <param name="host">Told of rows that were left out.</param>
    public static List<TExample> Read<TRow, TExample>(
        IDataView rows, InputSource<TRow> source, string labelColumn, int classes, Func<TRow, int, TExample> exampleOf, IHost host)
        where TRow : class
    {
        var label = rows.Schema[labelColumn];
        var columns = source.Columns.Select(column => column.Name).Concat(source.OptionalColumns).Select(name => rows.Schema.GetColumnOrNull(name)).OfType<DataViewSchema.Column>();
        return ExampleReader<TExample>.Read(rows, columns.Append(label), (row, examples) =>
        {
            var labels = row.GetGetter<uint>(label);
            var read = source.Reader(row);
            return () =>
            {
                uint key = 0;
                labels(ref key);
                if (key == 0 || key > classes)
                    examples.LeaveOutUnlabelled();
                else if (read() is { } input)
                    examples.Add(exampleOf(input, (int)key - 1));
                else
                    examples.LeaveOutUnusable();
            };
        }, host);
    }
}
