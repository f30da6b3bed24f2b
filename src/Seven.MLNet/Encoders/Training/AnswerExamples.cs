using Microsoft.ML;
using Seven.Encoders;
using Seven.MLNet.Encoders.Questions;
using Seven.MLNet.Encoders.Scoring;

namespace Seven.MLNet.Encoders.Training;

/// <summary>Questions with the places of their answers: an example for each window. A window without the answer is labeled with [CLS], as in BERT's SQuAD script.</summary>
internal sealed class AnswerExamples(BertQuestionAnsweringOptions options, InputSource<QuestionWindows> source)
{
    public List<AnsweredText> Read(IDataView rows, ReadingRun run)
    {
        var (answer, place) = (rows.Schema[options.TrainingAnswerColumnName], rows.Schema[options.AnswerIndexStartColumnName]);
        return ExampleReader<AnsweredText>.Read(rows, source.Columns.Select(column => rows.Schema[column.Name]).Append(answer).Append(place), (row, examples) =>
        {
            var read = source.Reader(row, examples.CountCut);
            var (answers, places) = (row.GetGetter<ReadOnlyMemory<char>>(answer), row.GetGetter<int>(place));
            return () =>
            {
                var (text, start) = (default(ReadOnlyMemory<char>), 0);
                answers(ref text);
                places(ref start);
                if (text.IsEmpty && !examples.TakesUnlabeled)
                    examples.LeaveOutUnlabeled();
                else if (text.IsEmpty)
                    AddUnlabeled(read(), examples);
                else if (read() is { } question && OccursAt(question.Context, text.Span, start))
                    AddWindows(question, start..(start + text.Length), examples);
                else if (options.UnusableRows == UnusableRows.Skip)
                    examples.LeaveOutUnusable();
                else
                    throw new InvalidDataException(
                        $"The answer '{text}' of row {row.Position} does not occur at character {start} of its context; expected a part of the context. UnusableRows = Skip skips such rows.");
            };
        }, run);
    }

    private static void AddUnlabeled(QuestionWindows? question, ExampleReader<AnsweredText> examples)
    {
        if (question is null)
        {
            examples.LeaveOutUnusable();
            return;
        }

        examples.CountUnlabeled();
        foreach (var window in question.Windows)
            examples.Add(new AnsweredText { Tokens = window.Text.Tokens, Segments = window.Text.Segments, Start = AnsweredText.Unlabeled, End = AnsweredText.Unlabeled });
    }

    private static bool OccursAt(string context, ReadOnlySpan<char> answer, int start) =>
        start >= 0 && start <= context.Length - answer.Length && context.AsSpan(start, answer.Length).SequenceEqual(answer);

    private static void AddWindows(QuestionWindows question, Range answer, ExampleReader<AnsweredText> examples)
    {
        foreach (var window in question.Windows)
        {
            var (first, last) = window.Find(answer) ?? (0, 0);
            examples.Add(new AnsweredText { Tokens = window.Text.Tokens, Segments = window.Text.Segments, Start = first, End = last });
        }
    }
}
