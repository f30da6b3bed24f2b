using Microsoft.ML;
using Microsoft.ML.Data;

namespace TextEncoders.Tasks;

/// <summary>CoLA: whether a sentence is grammatical.</summary>
internal sealed class ColaTask : ClassificationTask
{
    public override string Name => "cola";

    protected override string BestBy => "Matthews";

    protected override string JudgedBy => "Matthews";

    protected override (IReadOnlyList<string> Files, int Columns) Shape => (["train.tsv", "val.tsv", "dev.tsv"], 4);

    public override (IDataView Train, IDataView? Validation, IDataView Test) Load(MLContext mlContext, string folder)
    {
        return (LoadPart("train.tsv"), LoadPart("val.tsv"), LoadPart("dev.tsv"));

        IDataView LoadPart(string file) => LoadTsv<Row>(mlContext, Path.Combine(folder, file), hasHeader: false);
    }

    private sealed class Row
    {
        [LoadColumn(1)]
        public string Label { get; set; } = "";

        [LoadColumn(3)]
        public string Text { get; set; } = "";
    }
}
