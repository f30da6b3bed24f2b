using Microsoft.ML;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Questions;

/// <summary>Columns of contexts and questions. A context longer than the network reads at once is read in windows that overlap.</summary>
internal sealed class QuestionSource(TextTokenizer tokenizer, BertQuestionAnsweringOptions options, int maximumTokens) : InputSource<QuestionWindows>
{
    public override IReadOnlyList<InputColumn> Columns => ColumnsOf(options);

    public static IReadOnlyList<InputColumn> ColumnsOf(BertQuestionAnsweringOptions options) =>
        [InputColumn.Text("Context", options.ContextColumnName), InputColumn.Text("Question", options.QuestionColumnName)];

    public override Func<QuestionWindows?> Reader(DataViewRow row, Action? onCut = null)
    {
        var contexts = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[options.ContextColumnName]);
        var questions = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[options.QuestionColumnName]);
        var (context, question) = (default(ReadOnlyMemory<char>), default(ReadOnlyMemory<char>));
        return () =>
        {
            contexts(ref context);
            questions(ref question);
            return Windows(context.ToString(), question, onCut);
        };
    }

    public override TextTokenizer Tokenizer => tokenizer;

    public override void Save(string folder) => tokenizer.Save(folder);

    public QuestionWindows Windows(string context, ReadOnlyMemory<char> question, Action? onCut = null)
    {
        var whole = tokenizer.Encode(question.ToString());
        int[] asked = [.. whole.Take(options.MaximumQuestionTokens)];
        if (asked.Length < whole.Count)
            onCut?.Invoke();
        var tokens = tokenizer.EncodeWithPlaces(context);
        int room = maximumTokens - asked.Length - tokenizer.Frame.PairMarks;
        var windows = new List<QuestionWindow>();
        for (int start = 0; ; start += room - options.WindowOverlap)
        {
            int length = Math.Min(room, tokens.Count - start);
            windows.Add(WindowOf(asked, [.. tokens.Skip(start).Take(length)]));
            if (start + length >= tokens.Count)
                return new QuestionWindows(context, windows);
        }
    }

    private QuestionWindow WindowOf(int[] question, PlacedToken[] context) => new(
        tokenizer.Join(question, Array.ConvertAll(context, token => token.Id), maximumTokens),
        tokenizer.Frame.SecondStart(question.Length),
        Array.ConvertAll(context, token => token.Start..token.End));
}
