using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Encoders;
using Seven.Inference;
using Seven.MLNet.Encoders.Questions;
using Seven.MLNet.Encoders.Results;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Encoders.Text;
using Seven.MLNet.Encoders.Training;
using Seven.MLNet.Pipeline;
using Seven.Training;

namespace Seven.MLNet.Encoders.Kinds;

/// <summary>The place in a context that answers a question.</summary>
internal sealed class BertAnsweringKind(BertQuestionAnsweringOptions options) : EncoderKind
{
    public override EncoderTrainerOptions Options => options;

    public override IReadOnlyList<InputColumn> TrainingColumns =>
    [
        .. QuestionSource.ColumnsOf(options),
        InputColumn.Text("TrainingAnswer", options.TrainingAnswerColumnName),
        new InputColumn("AnswerStart", options.AnswerIndexStartColumnName, NumberDataViewType.Int32),
    ];

    private AnswerColumns Results => new(options.PredictedAnswerColumnName, options.ScoreColumnName, options.TopKAnswers);

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputsFor(SchemaShape rows) => Results.Columns;

    public override EncoderFit Fit(IDataView rows, EncoderRun run)
    {
        var start = BertStart.Of(options, rows, options.ContextColumnName, options.QuestionColumnName);
        var model = options.ModelFolder is { } folder
            ? BertQuestionAnswering.Load(folder, headMayBeNew: true, run.FineTuning.Seed)
            : new BertQuestionAnswering(start.Shape, run.FineTuning.Seed);
        return Train(model, SourceOf(start), rows, run);
    }

    public override EncoderFit FitFurther(EncoderTransformer fitted, IDataView rows, EncoderRun run)
    {
        var model = BertQuestionAnswering.Blank((BertConfiguration)fitted.Model.Configuration);
        fitted.Model.CopyTo(model.Parameters);
        return Train(model, ((EncoderScoring<QuestionWindows, FoundAnswer[]>)fitted.Scoring).Source, rows, run);
    }

    public override EncoderTransformer Load(string folder, SparseModel model, LabelValues? labels) =>
        new(this, model, ScoringOf(SourceOf(BertStart.FromFolder(folder))), labels);

    private EncoderFit Train(BertQuestionAnswering model, InputSource<QuestionWindows> source, IDataView rows, EncoderRun run)
    {
        var reader = new AnswerExamples(options, source);
        var result = run.Train(FineTuner.For(model, run.FineTuning, run.Engines), rows, view => reader.Read(view, run.Host));
        return new EncoderFit(new EncoderTransformer(this, SparseModel.TakeOver(model), ScoringOf(source), labels: null), result);
    }

    /// <exception cref="ArgumentException">Windows of what the network reads do not go forward.</exception>
    private QuestionSource SourceOf(BertStart start)
    {
        int window = start.MaximumTokens(options, BertQuestionAnsweringOptions.DefaultWindow);
        if (options.MaximumQuestionTokens + 3 + options.WindowOverlap >= window)
            throw new ArgumentException(
                $"The network reads {start.Shape.MaximumTokens} tokens, of which a question may take {options.MaximumQuestionTokens} and two windows share {options.WindowOverlap}; "
                + "expected a smaller WindowOverlap or MaximumQuestionTokens, so that windows go forward.");
        return new QuestionSource(start.Pieces, options, window);
    }

    private EncoderScoring<QuestionWindows, FoundAnswer[]> ScoringOf(InputSource<QuestionWindows> source)
    {
        var search = new AnswerSearch(options.TopKAnswers, options.MaximumAnswerTokens);
        return new(source, (model, questions) => search.Answer(model, questions), Results);
    }
}
