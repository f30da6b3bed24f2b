using Microsoft.ML;
using Seven.Encoders;
using Seven.Inference;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Text;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;
using Seven.Training;

namespace Seven.MLNet.Encoders.Kinds;

/// <summary>A class for a text or a pair of texts.</summary>
internal sealed class BertClassificationKind(BertClassificationOptions options) : EncoderKind
{
    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns =>
        [.. TextSource.ColumnsOf(options.TextColumnName, options.SecondTextColumnName), InputColumn.Key("label", options.LabelColumnName)];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) =>
        ResultsOf(LabelValues.Placeholder(rows.First(column => column.Name == options.LabelColumnName))).Columns;

    public override EncoderFit Fit(IDataView rows, EncoderRun run)
    {
        var labels = LabelValues.Of(rows.Schema[options.LabelColumnName]);
        var start = BertStart.Of(options, rows, TextSource.ColumnsOf(options.TextColumnName, options.SecondTextColumnName).Select(column => column.Name));
        var model = options.ModelFolder is { } folder
            ? BertClassifier.Load(folder, labels.Names, run.FineTuning.Seed)
            : new BertClassifier(start.Shape with { Labels = labels.Names }, run.FineTuning.Seed);
        return Train(model, SourceOf(start), labels, rows, run);
    }

    public override EncoderFit FitFurther(EncoderTransformer fitted, IDataView rows, EncoderRun run)
    {
        var labels = fitted.Labels!;
        var model = BertClassifier.Blank((BertConfiguration)fitted.Model.Configuration);
        fitted.Model.CopyTo(model.Parameters);
        return Train(model, ((EncoderScoring<TokenizedText, float[]>)fitted.Scoring).Source, labels, rows, run);
    }

    public override EncoderTransformer Load(string folder, SparseModel model, LabelValues? labels) =>
        new(this, model, ScoringOf(SourceOf(BertStart.FromFolder(folder)), labels!), labels);

    private EncoderFit Train(BertClassifier model, InputSource<TokenizedText> source, LabelValues labels, IDataView rows, EncoderRun run)
    {
        var result = run.Train(FineTuner.For(model, run.FineTuning, run.Engines), rows, Examples);
        return new EncoderFit(new EncoderTransformer(this, SparseModel.TakeOver(model), ScoringOf(source, labels), labels), result);

        List<LabelledText> Examples(IDataView view) => ClassExamples.Read(
            view, source, options.LabelColumnName, labels,
            (text, label) => new LabelledText { Tokens = text.Tokens, Segments = text.Segments, Label = label }, run.Host);
    }

    private TextSource SourceOf(BertStart start) => new(start.Pieces, options.TextColumnName, options.SecondTextColumnName, start.MaximumTokens(options));

    private ClassColumns ResultsOf(LabelValues labels) => new(labels, options.PredictedLabelColumnName, options.ScoreColumnName);

    private EncoderScoring<TokenizedText, float[]> ScoringOf(InputSource<TokenizedText> source, LabelValues labels) =>
        new(source, (model, texts) => model.Classify(texts), ResultsOf(labels));
}
