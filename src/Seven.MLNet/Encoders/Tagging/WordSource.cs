using Microsoft.ML;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Tagging;

/// <summary>A column of texts whose words, separated by white space, are labeled one by one.</summary>
internal sealed class WordSource(TextTokenizer tokenizer, string column, int maximumTokens) : InputSource<TaggedWords>
{
    public override IReadOnlyList<InputColumn> Columns => [ColumnOf(column)];

    public static InputColumn ColumnOf(string name) => InputColumn.Text("sentence1", name);

    public override Func<TaggedWords?> Reader(DataViewRow row, Action? onCut = null)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[column]);
        var text = default(ReadOnlyMemory<char>);
        return () =>
        {
            getter(ref text);
            return Read(text.ToString(), onCut);
        };
    }

    public override TextTokenizer Tokenizer => tokenizer;

    public override void Save(string folder) => tokenizer.Save(folder);

    private TaggedWords Read(string text, Action? onCut)
    {
        var words = WordsOf(text);
        var tokens = tokenizer.EncodeWithPlaces(text);
        // One mark comes before all of them, one after.
        int room = maximumTokens - tokenizer.Frame.SingleMarks;
        if (tokens.Count > room)
            onCut?.Invoke();
        return new TaggedWords(text, words, tokenizer.Join([.. tokens.Select(token => token.Id)], maximumTokens), FirstTokens(words, tokens, room));
    }

    /// <summary>The place of each word's first token in the input; -1 for words without one, and for those cut off.</summary>
    private static List<int> FirstTokens(List<Range> words, IReadOnlyList<PlacedToken> tokens, int room)
    {
        var firsts = new List<int>(words.Count);
        int next = 0;
        foreach (var word in words)
        {
            while (next < tokens.Count && tokens[next].End <= word.Start.Value)
                next++;
            bool isThere = next < Math.Min(room, tokens.Count) && tokens[next].Start < word.End.Value;
            firsts.Add(isThere ? next + 1 : -1);
        }

        return firsts;
    }

    private static List<Range> WordsOf(string text)
    {
        var words = new List<Range>();
        for (int i = 0; i < text.Length;)
        {
            int start = i;
            while (i < text.Length && !char.IsWhiteSpace(text[i]))
                i++;
            if (i > start)
                words.Add(start..i);
            else
                i++;
        }

        return words;
    }
}
