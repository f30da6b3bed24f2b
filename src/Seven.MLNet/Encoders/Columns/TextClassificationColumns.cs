using Microsoft.ML;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Text;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Columns;

/// <summary>A class for a text or a pair of texts.</summary>
internal sealed class TextClassificationColumns(BertClassificationOptions options) : EncoderColumns<TokenizedText, TokenizedText, LabeledText, float[], float[]>
{
    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns =>
        [.. TextSource.ColumnsOf(options.TextColumnName, options.SecondTextColumnName), InputColumn.Key("label", options.LabelColumnName)];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) =>
        ResultsOf(LabelValues.Placeholder(rows.First(column => column.Name == options.LabelColumnName))).Columns;

    protected override LabelValues LabelsOf(DataViewSchema schema) => LabelValues.Of(schema[options.LabelColumnName]);

    protected override TextClassificationTask TaskFor(LabelValues? labels) => EncoderTasks.TextClassification(labels!.Names);

    protected override (EncoderConfiguration, InputSource<TokenizedText>) Start(IDataView rows)
    {
        var start = TextStart.Of(options, rows, TextSource.ColumnsOf(options.TextColumnName, options.SecondTextColumnName).Select(column => column.Name));
        return (start.Shape, SourceOf(start));
    }

    protected override InputSource<TokenizedText> SourceIn(string folder, EncoderConfiguration shape) => SourceOf(TextStart.FromFolder(folder));

    protected override IReadOnlyList<LabeledText> Examples(IDataView rows, InputSource<TokenizedText> source, LabelValues? labels, ReadingRun run) => ClassExamples.Read(
        rows, source, options.LabelColumnName, labels!, (text, label) => new LabeledText { Tokens = text.Tokens, Segments = text.Segments, Label = label }, run);

    protected override ClassColumns ResultsOf(LabelValues? labels) => new(labels!, options.PredictedLabelColumnName, options.ScoreColumnName);

    protected override float[][] Score(SparseModel model, IReadOnlyList<TokenizedText> rows) => model.Classify(rows);

    private TextSource SourceOf(TextStart start) => new(start.Tokenizer, options.TextColumnName, options.SecondTextColumnName, start.MaximumTokens(options));
}
