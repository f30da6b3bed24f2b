using Microsoft.ML;
using Seven.Encoders;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Questions;

/// <summary>Columns of contexts and questions. A context longer than the network reads at once is read in windows that overlap.</summary>
internal sealed class QuestionSource(WordPieces pieces, BertQuestionAnsweringOptions options, int maximumTokens) : InputSource<QuestionWindows>
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

    public override Vocabulary Vocabulary => pieces.Vocabulary;

    public override void Save(string folder) => pieces.Vocabulary.Save(folder);

    public QuestionWindows Windows(string context, ReadOnlyMemory<char> question, Action? onCut = null)
    {
        var whole = pieces.Encode(question);
        int[] asked = [.. whole.Take(options.MaximumQuestionTokens)];
        if (asked.Length < whole.Count)
            onCut?.Invoke();
        var (tokens, places) = Tokenize(context);
        int room = maximumTokens - asked.Length - 3;
        var windows = new List<QuestionWindow>();
        for (int start = 0; ; start += room - options.WindowOverlap)
        {
            int length = Math.Min(room, tokens.Count - start);
            windows.Add(WindowOf(asked, tokens.GetRange(start, length), places.GetRange(start, length)));
            if (start + length >= tokens.Count)
                return new QuestionWindows(context, windows);
        }
    }

    private QuestionWindow WindowOf(int[] question, List<int> tokens, List<Range> places)
    {
        int[] all = [pieces.Start, .. question, pieces.Separator, .. tokens, pieces.Separator];
        int first = question.Length + 2;
        var segments = new int[all.Length];
        segments.AsSpan(first).Fill(1);
        return new QuestionWindow(new TokenizedText { Tokens = all, Segments = segments }, first, places);
    }

    /// <summary>The context's tokens, each with its place; a token's place is its word's where normalizing has changed the word's length.</summary>
    private (List<int> Tokens, List<Range> Places) Tokenize(string context)
    {
        var (tokens, places) = (new List<int>(), new List<Range>());
        foreach (var word in BasicWords.Of(context))
        {
            int start = word.Start.Value, length = word.End.Value - start;
            foreach (var token in pieces.EncodeWord(context.AsSpan(start, length), out string? normalized))
            {
                tokens.Add(token.Id);
                places.Add(normalized is null || normalized.Length == length ? (start + token.Offset.Start.Value)..(start + token.Offset.End.Value) : word);
            }
        }

        return (tokens, places);
    }
}
