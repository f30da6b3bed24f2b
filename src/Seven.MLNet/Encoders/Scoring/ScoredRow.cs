using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Encoders.Scoring;

/// <summary>A row that is scored when one of the encoder's columns is asked for, once at each position.</summary>
internal sealed class ScoredRow(DataViewSchema schema, DataViewRow input, ScoringSession? session) : DataViewRow
{
    private long _scored = -1;
    private bool _isDisposed;

    public override DataViewSchema Schema => schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < input.Schema.Count ? input.IsColumnActive(input.Schema[column.Index]) : session is not null;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Index < input.Schema.Count)
            return input.GetGetter<TValue>(input.Schema[column.Index]);
        if (session is null)
            throw new ArgumentOutOfRangeException(nameof(column), $"The column '{column.Name}' is not active; expected one of those for which the row was made.");
        return session.Getter(column.Index - input.Schema.Count, ScoreOnce) as ValueGetter<TValue>
            ?? throw new ArgumentException($"The column '{column.Name}' is of type {column.Type.RawType}; expected a getter of that type, not of {typeof(TValue)}.", nameof(column));
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _isDisposed)
            return;
        _isDisposed = true;
        input.Dispose();
        base.Dispose(disposing);
    }

    private void ScoreOnce()
    {
        if (_scored == input.Position)
            return;
        session!.Clear();
        session.Read();
        session.Score();
        _scored = input.Position;
    }
}
