using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Encoders.Scoring;

/// <summary>Goes through rows that another cursor reads ahead and scores.</summary>
internal sealed class ScoredCursor : DataViewRowCursor
{
    /// <summary>Rows scored together: a few at first, for callers that read only the first ones; then many, so that threads and vector units are busy.</summary>
    private const int FewRows = 4;
    private const int ManyRows = 128;

    private readonly DataViewRowCursor _passed;
    private readonly DataViewRowCursor? _ahead;
    private readonly ScoringSession? _session;
    private int _rowsAtOnce = FewRows;
    private bool _isDisposed;

    /// <summary>Columns that pass, and none of the encoder's.</summary>
    public ScoredCursor(DataViewSchema schema, DataViewRowCursor passed) => (Schema, _passed) = (schema, passed);

    public ScoredCursor(DataViewSchema schema, DataViewRowCursor passed, DataViewRowCursor ahead, ScoringSession session)
        : this(schema, passed) => (_ahead, _session) = (ahead, session);

    public override DataViewSchema Schema { get; }

    public override long Position => _passed.Position;

    public override long Batch => _passed.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        column.Index < _passed.Schema.Count ? _passed.IsColumnActive(_passed.Schema[column.Index]) : _session is not null;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _passed.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Index < _passed.Schema.Count)
            return _passed.GetGetter<TValue>(_passed.Schema[column.Index]);
        if (_session is null)
            throw new ArgumentOutOfRangeException(nameof(column), $"The column '{column.Name}' is not active; expected one of those for which the cursor was made.");
        return _session.Getter(column.Index - _passed.Schema.Count) as ValueGetter<TValue>
            ?? throw new ArgumentException($"The column '{column.Name}' is of type {column.Type.RawType}; expected a getter of that type, not of {typeof(TValue)}.", nameof(column));
    }

    public override bool MoveNext()
    {
        if (!_passed.MoveNext())
            return false;
        if (_session is not null && ++_session.Current >= _session.Count)
            ReadAhead(_ahead!, _session);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _isDisposed)
            return;
        _isDisposed = true;
        _passed.Dispose();
        _ahead?.Dispose();
        base.Dispose(disposing);
    }

    private void ReadAhead(DataViewRowCursor ahead, ScoringSession session)
    {
        session.Clear();
        while (session.Count < _rowsAtOnce && ahead.MoveNext())
            session.Read();
        if (session.Count == 0)
            throw new InvalidOperationException($"The rows end at {_passed.Position} when they are read a second time; expected rows that are the same each time.");
        session.Score();
        _rowsAtOnce = Math.Min(ManyRows, 2 * _rowsAtOnce);
    }
}
