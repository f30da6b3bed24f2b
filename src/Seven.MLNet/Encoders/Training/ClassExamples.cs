using Microsoft.ML;
using Seven.Encoders;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;

namespace Seven.MLNet.Encoders.Training;

/// <summary>Examples with a class.</summary>
internal static class ClassExamples
{
    /// <summary>Reads rows with the label of each; those whose label was not there when the classes were counted are left out, and those without one where there is no teacher.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="source">Reads all but the label.</param>
    /// <param name="labelColumn">The column of labels.</param>
    /// <param name="labels">The network's labels.</param>
    /// <param name="exampleOf">An input with its class, from 0, or <see cref="LabeledText.Unlabeled"/>.</param>
    /// <param name="run">What is read for.</param>
    /// <exception cref="InvalidOperationException">The rows' labels are others than the network's, or in another order.</exception>
    public static List<TExample> Read<TRow, TExample>(
        IDataView rows, InputSource<TRow> source, string labelColumn, LabelValues labels, Func<TRow, int, TExample> exampleOf, ReadingRun run)
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
                if (key > labels.Count || (key == 0 && !examples.TakesUnlabeled))
                    examples.LeaveOutUnlabeled();
                else if (read() is not { } input)
                    examples.LeaveOutUnusable();
                else
                {
                    examples.Add(exampleOf(input, key == 0 ? LabeledText.Unlabeled : (int)key - 1));
                    if (key == 0)
                        examples.CountUnlabeled();
                }
            };
        }, run);
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
