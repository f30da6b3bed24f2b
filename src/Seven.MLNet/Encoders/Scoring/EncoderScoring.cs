using Microsoft.ML;
using Seven.Inference;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Scoring;

/// <summary>From columns to columns through a network: what is read of a row, how it is scored, and what is made of the result.</summary>
internal abstract class EncoderScoring
{
    private const int RowsAtOnce = 128;

    /// <summary>The columns read, the main one first.</summary>
    public abstract IReadOnlyList<InputColumn> Inputs { get; }

    /// <summary>Columns that are only read where they are, for messages.</summary>
    public abstract IReadOnlyList<string> OptionalInputs { get; }

    /// <summary>The columns made.</summary>
    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; }

    /// <summary>Scores rows of one cursor.</summary>
    /// <param name="model">Returns the current network.</param>
    /// <param name="row">The cursor's current row.</param>
    public abstract ScoringSession Begin(Func<SparseModel> model, DataViewRow row);

    /// <summary>Writes what a Hugging Face folder says of the inputs: vocabulary, normalization.</summary>
    public abstract void Save(string folder);

    /// <summary>Scores all rows, and keeps no result.</summary>
    /// <returns>The number of rows.</returns>
    public int ScoreAll(SparseModel model, IDataView rows)
    {
        using var cursor = rows.GetRowCursor(ColumnsReadOf(rows.Schema));
        var session = Begin(() => model, cursor);
        int count = 0;
        while (cursor.MoveNext())
        {
            session.Read();
            if (++count % RowsAtOnce == 0)
                ScoreRead(session);
        }

        ScoreRead(session);
        return count;
    }

    private static void ScoreRead(ScoringSession session)
    {
        session.Score();
        session.Clear();
    }

    /// <summary>The columns after scoring.</summary>
    public DataViewSchema SchemaAfter(DataViewSchema before)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(before);
        foreach (var column in Outputs)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>The columns of a row that scoring reads.</summary>
    public IEnumerable<DataViewSchema.Column> ColumnsReadOf(DataViewSchema schema) =>
        Inputs.Select(column => schema[column.Name]).Concat(OptionalInputs.Select(name => schema.GetColumnOrNull(name)).OfType<DataViewSchema.Column>());
}

/// <summary>From columns to columns through a network.</summary>
/// <typeparam name="TRow">What is made of a row.</typeparam>
/// <typeparam name="TResult">What the network makes of that.</typeparam>
internal sealed class EncoderScoring<TRow, TResult>(
    InputSource<TRow> source, Func<SparseModel, IReadOnlyList<TRow>, TResult[]> score, ResultColumns<TResult> results) : EncoderScoring
    where TRow : class
    where TResult : class
{
    public InputSource<TRow> Source => source;

    public override IReadOnlyList<InputColumn> Inputs => source.Columns;

    public override IReadOnlyList<string> OptionalInputs => source.OptionalColumns;

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs => results.Columns;

    public override ScoringSession Begin(Func<SparseModel> model, DataViewRow row) =>
        new ScoringSession<TRow, TResult>(source.Reader(row), rows => score(model(), rows), results);

    public override void Save(string folder) => source.Save(folder);
}
