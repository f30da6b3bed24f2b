using Seven.MLNet.Encoders.Results;

namespace Seven.MLNet.Encoders.Scoring;

/// <summary>Rows that are read one by one, scored together, and looked at one by one.</summary>
internal abstract class ScoringSession
{
    /// <summary>Rows read.</summary>
    public abstract int Count { get; }

    /// <summary>The row whose results are given, from 0.</summary>
    public int Current { get; set; }

    /// <summary>Forgets all rows.</summary>
    public abstract void Clear();

    /// <summary>Reads the cursor's current row.</summary>
    public abstract void Read();

    /// <summary>Scores the rows read.</summary>
    public abstract void Score();

    /// <summary>Returns the getter of an output column for the current row.</summary>
    /// <param name="column">Which.</param>
    /// <param name="prepare">Called before each value is given.</param>
    public abstract Delegate Getter(int column, Action? prepare = null);
}

/// <summary>Rows that are read one by one, scored together, and looked at one by one.</summary>
internal sealed class ScoringSession<TRow, TResult>(Func<TRow?> read, Func<IReadOnlyList<TRow>, TResult[]> score, ResultColumns<TResult> columns) : ScoringSession
    where TRow : class
    where TResult : class
{
    private readonly List<TRow> _rows = [];

    /// <summary>For each row read its place among those that are scored; -1 for one that was left out.</summary>
    private readonly List<int> _places = [];
    private TResult[] _results = [];

    public override int Count => _places.Count;

    public override void Clear()
    {
        _rows.Clear();
        _places.Clear();
        Current = 0;
    }

    public override void Read()
    {
        var row = read();
        _places.Add(row is null ? -1 : _rows.Count);
        if (row is not null)
            _rows.Add(row);
    }

    public override void Score() => _results = _rows.Count == 0 ? [] : score(_rows);

    public override Delegate Getter(int column, Action? prepare = null) => columns.Getter(column, () =>
    {
        prepare?.Invoke();
        int place = _places[Current];
        return place < 0 ? null : _results[place];
    });
}
