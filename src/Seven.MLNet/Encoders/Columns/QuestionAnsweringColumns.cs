using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.MLNet.Encoders.Questions;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Text;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Columns;

/// <summary>The place in a context that answers a question.</summary>
internal sealed class QuestionAnsweringColumns(BertQuestionAnsweringOptions options)
    : EncoderColumns<QuestionWindows, TokenizedText, AnsweredText, SpanScores, FoundAnswer[]>
{
    private readonly AnswerSearch _search = new(options.TopKAnswers, options.MaximumAnswerTokens);

    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns =>
    [
        .. QuestionSource.ColumnsOf(options),
        InputColumn.Text("TrainingAnswer", options.TrainingAnswerColumnName),
        new InputColumn("AnswerStart", options.AnswerIndexStartColumnName, NumberDataViewType.Int32),
    ];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) => ResultsOf(labels: null).Columns;

    protected override QuestionAnsweringTask TaskFor(LabelValues? labels) => EncoderTasks.QuestionAnswering();

    protected override (EncoderConfiguration, InputSource<QuestionWindows>) Start(IDataView rows)
    {
        var start = TextStart.Of(options, rows, options.ContextColumnName, options.QuestionColumnName);
        return (start.Shape, SourceOf(start));
    }

    protected override InputSource<QuestionWindows> SourceIn(string folder, EncoderConfiguration shape) => SourceOf(TextStart.FromFolder(folder));

    protected override IReadOnlyList<AnsweredText> Examples(IDataView rows, InputSource<QuestionWindows> source, LabelValues? labels, ReadingRun run) =>
        new AnswerExamples(options, source).Read(rows, run);

    protected override AnswerColumns ResultsOf(LabelValues? labels) => new(options.PredictedAnswerColumnName, options.ScoreColumnName, options.TopKAnswers);

    protected override FoundAnswer[][] Score(SparseModel model, IReadOnlyList<QuestionWindows> rows) => _search.Answer(model, rows);

    private QuestionSource SourceOf(TextStart start) => new(start.Tokenizer, options, start.MaximumTokens(options, BertQuestionAnsweringOptions.DefaultWindow));
}
