using Microsoft.ML.Data;
using Seven.Metrics;

// ML.NET's own namespace, as its extensions have it: the methods are there wherever an MLContext is.
namespace Microsoft.ML;

/// <summary>Judges answers to questions, for which ML.NET has no evaluator.</summary>
public static class AnswerEvaluation
{
    /// <summary>F1 over words and exact match of the best answers, as SQuAD's evaluation script judges.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">The scored rows.</param>
    /// <param name="acceptedAnswerColumnName">The column of answers that are right: a text, or a vector of texts that are all accepted.</param>
    /// <param name="answerColumnName">The column that the trainer made, the best answer first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing.</exception>
    /// <exception cref="ArgumentException">There are no rows, or nothing is accepted in one.</exception>
    public static Evaluation EvaluateQuestionAnswering(
        this MulticlassClassificationCatalog catalog, IDataView data, string acceptedAnswerColumnName = "TrainingAnswer", string answerColumnName = "Answer")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var (accepted, given) = (data.Schema[acceptedAnswerColumnName], data.Schema[answerColumnName]);
        return new Evaluation(double.NaN, AnswerMetrics.Of(Read(data, accepted, given)));
    }

    private static IEnumerable<(string Given, IReadOnlyList<string> Accepted)> Read(IDataView data, DataViewSchema.Column accepted, DataViewSchema.Column given)
    {
        using var cursor = data.GetRowCursor([accepted, given]);
        var answers = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(given);
        var acceptedOfRow = AcceptedOf(cursor, accepted);
        var answer = default(VBuffer<ReadOnlyMemory<char>>);
        while (cursor.MoveNext())
        {
            answers(ref answer);
            yield return (answer.GetItemOrDefault(0).ToString(), acceptedOfRow());
        }
    }

    private static Func<IReadOnlyList<string>> AcceptedOf(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            var texts = row.GetGetter<ReadOnlyMemory<char>>(column);
            var text = default(ReadOnlyMemory<char>);
            return () =>
            {
                texts(ref text);
                return [text.ToString()];
            };
        }

        var vectors = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        var vector = default(VBuffer<ReadOnlyMemory<char>>);
        return () =>
        {
            vectors(ref vector);
            return [.. vector.DenseValues().Select(value => value.ToString())];
        };
    }
}
