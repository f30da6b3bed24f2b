using Microsoft.ML;
using Microsoft.ML.Data;

namespace TextEncoders.Tasks;

/// <summary>SST-2: whether a phrase of a film review is favorable.</summary>
internal sealed class Sst2Task : ClassificationTask
{
    public override string Name => "sst2";

    protected override string BestBy => "accuracy";

    protected override string JudgedBy => "micro accuracy";

    protected override (IReadOnlyList<string> Files, int Columns) Shape => (["train.tsv", "dev.tsv", "test.tsv"], 2);

    public override (IDataView Train, IDataView? Validation, IDataView Test) Load(MLContext mlContext, string folder)
    {
        return (LoadPart("train.tsv"), LoadPart("dev.tsv"), LoadPart("test.tsv"));

        IDataView LoadPart(string file) => LoadTsv<Row>(mlContext, Path.Combine(folder, file), hasHeader: true);
    }

    private sealed class Row
    {
        [LoadColumn(0)]
        public string Text { get; set; } = "";

        [LoadColumn(1)]
        public string Label { get; set; } = "";
    }
}
