using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Seven.Encoders;
using Seven.Inference;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Text;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;
using Seven.Training;

namespace Seven.MLNet.Encoders.Kinds;

/// <summary>A score for a pair of texts.</summary>
internal sealed class BertSimilarityKind(BertSimilarityOptions options) : EncoderKind
{
    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns =>
        [.. TextSource.ColumnsOf(options.TextColumnName, options.SecondTextColumnName), new InputColumn("label", options.LabelColumnName, NumberDataViewType.Single)];

    private NumberColumn Results => new(options.ScoreColumnName);

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) => Results.Columns;

    public override EncoderFit Fit(IDataView rows, EncoderRun run)
    {
        var start = BertStart.Of(options, rows, TextSource.ColumnsOf(options.TextColumnName, options.SecondTextColumnName).Select(column => column.Name));
        var model = options.ModelFolder is { } folder
            ? BertRegressor.Load(folder, headMayBeNew: true, run.FineTuning.Seed)
            : new BertRegressor(start.Shape, run.FineTuning.Seed);
        return Train(model, SourceOf(start), rows, run);
    }

    public override EncoderFit FitFurther(EncoderTransformer fitted, IDataView rows, EncoderRun run)
    {
        var model = BertRegressor.Blank((BertConfiguration)fitted.Model.Configuration);
        fitted.Model.CopyTo(model.Parameters);
        return Train(model, ((EncoderScoring<TokenizedText, float[]>)fitted.Scoring).Source, rows, run);
    }

    public override EncoderTransformer Load(string folder, SparseModel model, LabelValues? labels) =>
        new(this, model, ScoringOf(SourceOf(BertStart.FromFolder(folder))), labels);

    private EncoderFit Train(BertRegressor model, InputSource<TokenizedText> source, IDataView rows, EncoderRun run)
    {
        var result = run.Train(FineTuner.For(model, run.FineTuning, run.Engines), rows, view => Examples(view, source, run.Host));
        return new EncoderFit(new EncoderTransformer(this, SparseModel.TakeOver(model), ScoringOf(source), labels: null), result);
    }

    /// <summary>Rows whose score is missing, NaN, are left out.</summary>
    private List<ScoredText> Examples(IDataView rows, InputSource<TokenizedText> source, IHost host)
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
                if (!float.IsFinite(target))
                    examples.LeaveOutUnlabelled();
                else if (read() is { } text)
                    examples.Add(new ScoredText { Tokens = text.Tokens, Segments = text.Segments, Score = target });
                else
                    examples.LeaveOutUnusable();
            };
        }, host);
    }

    private TextSource SourceOf(BertStart start) => new(start.Pieces, options.TextColumnName, options.SecondTextColumnName, start.MaximumTokens(options));

    private EncoderScoring<TokenizedText, float[]> ScoringOf(InputSource<TokenizedText> source) =>
        new(source, (model, texts) => [.. model.Rate(texts).Select(score => new[] { score })], Results);
}
