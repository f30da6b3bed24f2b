using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Seven.MLNet.Encoders.Training;

/// <summary>What rows are read for.</summary>
/// <param name="Host">The host, whose log names the number of rows that were skipped.</param>
/// <param name="TakesUnlabeled">Whether rows without a label are learned from, because there is a teacher.</param>
internal sealed record ReadingRun(IHost Host, bool TakesUnlabeled);

/// <summary>Makes examples of rows, and counts those that cannot be learned from.</summary>
/// <typeparam name="TExample">An example.</typeparam>
internal sealed class ExampleReader<TExample>
{
    private readonly List<TExample> _examples = [];
    private long _withoutLabel;
    private long _fromTeacher;
    private long _unusable;
    private long _cut;

    private ExampleReader(bool takesUnlabeled) => TakesUnlabeled = takesUnlabeled;

    /// <summary>Whether rows without a label are learned from.</summary>
    public bool TakesUnlabeled { get; }

    /// <summary>Reads all rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns that are read.</param>
    /// <param name="readerOf">Returns a function that reads a cursor's current row into the given examples.</param>
    /// <param name="run">What is read for.</param>
    /// <exception cref="InvalidOperationException">There is nothing to learn from.</exception>
    public static List<TExample> Read(IDataView rows, IEnumerable<DataViewSchema.Column> columns, Func<DataViewRow, ExampleReader<TExample>, Action> readerOf, ReadingRun run)
    {
        var reader = new ExampleReader<TExample>(run.TakesUnlabeled);
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
        using var channel = run.Host.Start("Reading");
        if (reader._withoutLabel + reader._unusable > 0)
            channel.Warning(MessageSensitivity.None, leftOut + "; they were left out.");
        if (reader._fromTeacher > 0)
            channel.Info(MessageSensitivity.None, $"{reader._fromTeacher} of {count} rows have no label; what the teacher says of them is learned.");
        if (reader._cut > 0)
            channel.Warning(MessageSensitivity.None, $"{reader._cut} of {count} rows have more tokens than the options and the network let it read; their ends are cut off.");
        return reader._examples;
    }

    /// <summary>Takes an example.</summary>
    public void Add(TExample example) => _examples.Add(example);

    /// <summary>The row has no label, and is learned from because <see cref="TakesUnlabeled"/> is true.</summary>
    public void CountUnlabeled() => _fromTeacher++;

    /// <summary>Only the start of the row is read.</summary>
    public void CountCut() => _cut++;

    /// <summary>The row has no label, and is not learned from.</summary>
    public void LeaveOutUnlabeled() => _withoutLabel++;

    /// <summary>The row cannot be used.</summary>
    public void LeaveOutUnusable() => _unusable++;
}
