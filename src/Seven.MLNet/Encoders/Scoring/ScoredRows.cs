using Microsoft.ML;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Scoring;

/// <summary>Rows with an encoder's columns, scored as they are read, some at a time.</summary>
internal sealed class ScoredRows(EncoderTransformer transformer, IDataView source) : IDataView, INetworkRows
{
    public IDataView Source => source;

    public ITransformer Transformer => transformer;

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema { get; } = transformer.Scoring.SchemaAfter(source.Schema);

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        int before = source.Schema.Count;
        var passed = needed.Where(column => column.Index < before).Select(column => source.Schema[column.Index]).ToList();
        if (needed.All(column => column.Index < before))
            return new ScoredCursor(Schema, source.GetRowCursor(passed, rand));
        // Two cursors over the same rows, one of them some rows ahead: two generators with one seed give one order.
        int? seed = rand?.Next();
        var ahead = source.GetRowCursor(transformer.Scoring.ColumnsReadOf(source.Schema), NewRandom());
        return new ScoredCursor(Schema, source.GetRowCursor(passed, NewRandom()), ahead, transformer.Scoring.Begin(() => transformer.Model, ahead));

        Random? NewRandom() => seed is { } value ? new Random(value) : null;
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
