using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp.Roberta;
using Seven.Metrics;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>The place in a context that answers a question.</summary>
internal sealed class QuestionAnswerKind : TrainerKind
{
    public override string Name => "MulticlassClassification.Trainers.QuestionAnswer";

    public override Type Trainer => typeof(QATrainer);

    public override Type TrainerOptions => typeof(QATrainer.Options);

    public override Type Transformer => typeof(QATransformer);

    public override IReadOnlyList<string> Head => ["QAHead.*"];

    public override TrainingSettings SettingsOf(object options)
    {
        var answers = (QATrainer.Options)options;
        return new TrainingSettings(answers.BatchSize, answers.MaxEpoch, answers.ClipNorm, answers.LogEveryNStep, ReportsLoss: true, answers.ValidationSet);
    }

    public override void SetEpochs(object options, int epochs) => ((QATrainer.Options)options).MaxEpoch = epochs;

    public override void TakeOver(object options)
    {
        var answers = (QATrainer.Options)options;
        (answers.ClipNorm, answers.LogEveryNStep) = (0, 1);
    }

    public override void GiveBack(object options, TrainingSettings settings)
    {
        var answers = (QATrainer.Options)options;
        (answers.ClipNorm, answers.LogEveryNStep) = (settings.ClipNorm, settings.LogEveryNStep);
    }

    public override IReadOnlyList<InputColumn> InputsOf(object options)
    {
        var answers = (QATrainer.Options)options;
        return
        [
            new("Context", answers.ContextColumnName, TextDataViewType.Instance),
            new("Question", answers.QuestionColumnName, TextDataViewType.Instance),
        ];
    }

    /// <summary>Share of rows whose best answer is the expected one, but for case and surrounding spaces. The transformer gives no logits, so there is no loss.</summary>
    public override Evaluation Evaluate(MLContext context, object options, IDataView scored)
    {
        var columns = (QATrainer.Options)options;
        var (expectedColumn, foundColumn) = (scored.Schema[columns.TrainingAnswerColumnName], scored.Schema[columns.PredictedAnswerColumnName]);
        using var cursor = scored.GetRowCursor([expectedColumn, foundColumn]);
        var expectedAnswers = cursor.GetGetter<ReadOnlyMemory<char>>(expectedColumn);
        var foundAnswers = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(foundColumn);
        var expected = default(ReadOnlyMemory<char>);
        var found = default(VBuffer<ReadOnlyMemory<char>>);
        long rows = 0, right = 0;
        while (cursor.MoveNext())
        {
            expectedAnswers(ref expected);
            foundAnswers(ref found);
            rows++;
            if (found.DenseValues().FirstOrDefault().Span.Trim().Equals(expected.Span.Trim(), StringComparison.OrdinalIgnoreCase))
                right++;
        }

        return new Evaluation(double.NaN, [new("exact match", rows == 0 ? 0 : right / (double)rows)]);
    }
}
