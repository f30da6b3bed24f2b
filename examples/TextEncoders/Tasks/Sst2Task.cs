using Microsoft.ML;
using Microsoft.ML.Data;

namespace TextEncoders.Tasks;

/// <summary>SST-2: whether a phrase of a film review is favourable.</summary>
internal sealed class Sst2Task : ClassificationTask
{
    public override string Name => "sst2";

    public override (IDataView Train, IDataView Test) Load(MLContext mlContext, string folder) =>
        (LoadTsv<Row>(mlContext, Path.Combine(folder, "train.tsv"), hasHeader: true), LoadTsv<Row>(mlContext, Path.Combine(folder, "test.tsv"), hasHeader: true));

    private sealed class Row
    {
        [LoadColumn(0)]
        public string Text { get; set; } = "";

        [LoadColumn(1)]
        public string Label { get; set; } = "";
    }
}
