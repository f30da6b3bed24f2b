using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Seven.MLNet.Encoders.Training;

/// <summary>Makes examples of rows, and counts those that cannot be learned from.</summary>
/// <typeparam name="TExample">An example.</typeparam>
internal sealed class ExampleReader<TExample>
{
    private readonly List<TExample> _examples = [];
    private long _withoutLabel;
    private long _unusable;
    private long _cut;

    /// <summary>Reads all rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns that are read.</param>
    /// <param name="readerOf">Returns a function that reads a cursor's current row into the given examples.</param>
    /// <param name="host">The host, whose log names the number of rows that were skipped.</param>
    /// <exception cref="InvalidOperationException">There is nothing to learn from.</exception>
    public static List<TExample> Read(IDataView rows, IEnumerable<DataViewSchema.Column> columns, Func<DataViewRow, ExampleReader<TExample>, Action> readerOf, IHost host)
    {
        var reader = new ExampleReader<TExample>();
        long count = 0;
        using (var cursor = rows.GetRowCursor(columns))
        {
            var read = readerOf(cursor, reader);
            for (; cursor.MoveNext(); count++)
                read();
        }

        if (count == 0)
            throw new InvalidOperationException("The training set has no rows; expected at least one.");
        string leftOut = $"{reader._withoutLabel} of {count} rows have no label and {reader._unusable} cannot be used";
        if (reader._examples.Count == 0)
            throw new InvalidOperationException($"There is nothing to learn from: {leftOut}; expected some with a label.");
        using var channel = host.Start("Reading");
        if (reader._withoutLabel + reader._unusable > 0)
            channel.Warning(MessageSensitivity.None, leftOut + "; they were left out.");
        if (reader._cut > 0)
            channel.Warning(MessageSensitivity.None, $"{reader._cut} of {count} rows have more tokens than the options and the network let it read; their ends are cut off.");
        return reader._examples;
    }

    /// <summary>Takes an example.</summary>
    public void Add(TExample example) => _examples.Add(example);

    /// <summary>Only the start of the row is read.</summary>
    public void CountCut() => _cut++;

    /// <summary>The row has no label.</summary>
    public void LeaveOutUnlabeled() => _withoutLabel++;

    /// <summary>The row cannot be used.</summary>
    public void LeaveOutUnusable() => _unusable++;
}
