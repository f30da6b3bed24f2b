using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Text;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Columns;

/// <summary>A score for a text or a pair of texts.</summary>
internal sealed class TextRegressionColumns(BertSimilarityOptions options) : EncoderColumns<TokenizedText, TokenizedText, ScoredText, float, float[]>
{
    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns =>
        [.. TextSource.ColumnsOf(options.TextColumnName, options.SecondTextColumnName), new InputColumn("label", options.LabelColumnName, NumberDataViewType.Single)];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) => ResultsOf(labels: null).Columns;

    protected override TextRegressionTask TaskFor(LabelValues? labels) => EncoderTasks.TextRegression();

    protected override (EncoderConfiguration, InputSource<TokenizedText>) Start(IDataView rows)
    {
        var start = TextStart.Of(options, rows, TextSource.ColumnsOf(options.TextColumnName, options.SecondTextColumnName).Select(column => column.Name));
        return (start.Shape, SourceOf(start));
    }

    protected override InputSource<TokenizedText> SourceIn(string folder, EncoderConfiguration shape) => SourceOf(TextStart.FromFolder(folder));

    /// <summary>Rows whose score is missing, NaN, are left out where there is no teacher.</summary>
    protected override IReadOnlyList<ScoredText> Examples(IDataView rows, InputSource<TokenizedText> source, LabelValues? labels, ReadingRun run)
    {
        var score = rows.Schema[options.LabelColumnName];
        return ExampleReader<ScoredText>.Read(rows, source.Columns.Select(column => rows.Schema[column.Name]).Append(score), (row, examples) =>
        {
            var scores = row.GetGetter<float>(score);
            var read = source.Reader(row, examples.CountCut);
            return () =>
            {
                float target = float.NaN;
                scores(ref target);
                bool isLabeled = float.IsFinite(target);
                if (!isLabeled && !(float.IsNaN(target) && examples.TakesUnlabeled))
                    examples.LeaveOutUnlabeled();
                else if (read() is not { } text)
                    examples.LeaveOutUnusable();
                else
                {
                    examples.Add(new ScoredText { Tokens = text.Tokens, Segments = text.Segments, Score = target });
                    if (!isLabeled)
                        examples.CountUnlabeled();
                }
            };
        }, run);
    }

    protected override NumberColumn ResultsOf(LabelValues? labels) => new(options.ScoreColumnName);

    protected override float[][] Score(SparseModel model, IReadOnlyList<TokenizedText> rows) => [.. model.Rate(rows).Select(score => new[] { score })];

    private TextSource SourceOf(TextStart start) => new(start.Tokenizer, options.TextColumnName, options.SecondTextColumnName, start.MaximumTokens(options));
}
