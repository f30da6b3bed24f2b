using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;

namespace Seven.MLNet.Encoders.Training;

/// <summary>Examples with a class.</summary>
internal static class ClassExamples
{
    /// <summary>Reads rows with the label of each; those whose label is missing, or was not there when the classes were counted, are left out.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="source">Reads all but the label.</param>
    /// <param name="labelColumn">The column of labels.</param>
    /// <param name="labels">The network's labels.</param>
    /// <param name="exampleOf">An input with its class, from 0.</param>
    /// <param name="host">The host, whose log names the number of rows that were skipped.</param>
    /// <exception cref="InvalidOperationException">The rows' labels are others than the network's, or in another order.</exception>
    public static List<TExample> Read<TRow, TExample>(
        IDataView rows, InputSource<TRow> source, string labelColumn, LabelValues labels, Func<TRow, int, TExample> exampleOf, IHost host)
        where TRow : class
    {
        var label = rows.Schema[labelColumn];
        RequireSame(labels, LabelValues.Of(label));
        var columns = source.Columns.Select(column => column.Name).Concat(source.OptionalColumns).Select(name => rows.Schema.GetColumnOrNull(name)).OfType<DataViewSchema.Column>();
        return ExampleReader<TExample>.Read(rows, columns.Append(label), (row, examples) =>
        {
            var keys = row.GetGetter<uint>(label);
            var read = source.Reader(row, examples.CountCut);
            return () =>
            {
                uint key = 0;
                keys(ref key);
                if (key == 0 || key > labels.Count)
                    examples.LeaveOutUnlabeled();
                else if (read() is { } input)
                    examples.Add(exampleOf(input, (int)key - 1));
                else
                    examples.LeaveOutUnusable();
            };
        }, host);
    }

    /// <exception cref="InvalidOperationException">The rows' labels are others than the network's, or in another order.</exception>
    public static void RequireSame(LabelValues known, LabelValues found)
    {
        if (!known.Names.SequenceEqual(found.Names))
            throw new InvalidOperationException(
                $"The rows' labels are {string.Join(", ", found.Names)}; expected those of the network, {string.Join(", ", known.Names)}, in this order: "
                + "keys made by the same fitted MapValueToKey.");
    }
}
