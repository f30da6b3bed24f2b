using Microsoft.ML;
using Microsoft.ML.Data;

namespace Seven.MLNet.Encoders.Scoring;

/// <summary>Scores rows one by one, as prediction engines ask for it.</summary>
internal sealed class EncoderRowMapper(EncoderTransformer transformer, DataViewSchema inputSchema) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = transformer.Scoring.SchemaAfter(inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var wanted = dependingColumns.ToList();
        var passed = wanted.Where(column => column.Index < inputSchema.Count).Select(column => inputSchema[column.Index]);
        bool isScored = wanted.Any(column => column.Index >= inputSchema.Count);
        return passed.Concat(isScored ? transformer.Scoring.ColumnsReadOf(inputSchema) : []).DistinctBy(column => column.Index);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        bool isScored = activeColumns.Any(column => column.Index >= inputSchema.Count);
        return new ScoredRow(OutputSchema, input, isScored ? transformer.Scoring.Begin(() => transformer.Model, input) : null);
    }
}
