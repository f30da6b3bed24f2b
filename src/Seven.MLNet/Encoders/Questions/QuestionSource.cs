using Microsoft.ML;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Questions;

/// <summary>Columns of contexts and questions. A context longer than the network reads at once is read in windows that overlap.</summary>
internal sealed class QuestionSource : InputSource<QuestionWindows>
{
    private readonly TextTokenizer _tokenizer;
    private readonly BertQuestionAnsweringOptions _options;
    private readonly int _maximumTokens;

    /// <exception cref="ArgumentException">Windows of so many tokens do not go forward.</exception>
    public QuestionSource(TextTokenizer tokenizer, BertQuestionAnsweringOptions options, int maximumTokens)
    {
        (_tokenizer, _options, _maximumTokens) = (tokenizer, options, maximumTokens);
        int marks = tokenizer.Frame.PairMarks;
        if (options.MaximumQuestionTokens + marks + options.WindowOverlap >= maximumTokens)
            throw new ArgumentException(
                $"The network reads {maximumTokens} tokens at once, of which {marks} are marks, a question may take {options.MaximumQuestionTokens} and two windows share {options.WindowOverlap}; "
                + "expected a smaller WindowOverlap or MaximumQuestionTokens, so that windows go forward.");
    }

    public override IReadOnlyList<InputColumn> Columns => ColumnsOf(_options);

    public static IReadOnlyList<InputColumn> ColumnsOf(BertQuestionAnsweringOptions options) =>
        [InputColumn.Text("Context", options.ContextColumnName), InputColumn.Text("Question", options.QuestionColumnName)];

    public override Func<QuestionWindows?> Reader(DataViewRow row, Action? onCut = null)
    {
        var contexts = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[_options.ContextColumnName]);
        var questions = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[_options.QuestionColumnName]);
        var (context, question) = (default(ReadOnlyMemory<char>), default(ReadOnlyMemory<char>));
        return () =>
        {
            contexts(ref context);
            questions(ref question);
            return Windows(context.ToString(), question, onCut);
        };
    }

    public override TextTokenizer Tokenizer => _tokenizer;

    public override void Save(string folder) => _tokenizer.Save(folder);

    public QuestionWindows Windows(string context, ReadOnlyMemory<char> question, Action? onCut = null)
    {
        var whole = _tokenizer.Encode(question.ToString());
        int[] asked = [.. whole.Take(_options.MaximumQuestionTokens)];
        if (asked.Length < whole.Count)
            onCut?.Invoke();
        var tokens = _tokenizer.EncodeWithPlaces(context);
        int room = _maximumTokens - asked.Length - _tokenizer.Frame.PairMarks;
        var windows = new List<QuestionWindow>();
        for (int start = 0; ; start += room - _options.WindowOverlap)
        {
            int length = Math.Min(room, tokens.Count - start);
            windows.Add(WindowOf(asked, [.. tokens.Skip(start).Take(length)]));
            if (start + length >= tokens.Count)
                return new QuestionWindows(context, windows);
        }
    }

    private QuestionWindow WindowOf(int[] question, PlacedToken[] context) => new(
        _tokenizer.Join(question, Array.ConvertAll(context, token => token.Id), _maximumTokens),
        _tokenizer.Frame.SecondStart(question.Length),
        Array.ConvertAll(context, token => token.Start..token.End));
}
