using Microsoft.ML;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Tagging;

/// <summary>A column of texts whose words, separated by white space, are labeled one by one.</summary>
internal sealed class WordSource(WordPieces pieces, string column, int maximumTokens) : InputSource<TaggedWords>
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

    public override Vocabulary Vocabulary => pieces.Vocabulary;

    public override void Save(string folder) => pieces.Vocabulary.Save(folder);

    private TaggedWords Read(string text, Action? onCut)
    {
        var words = WordsOf(text);
        var (tokens, firsts) = (new List<int>(), new List<int>());
        foreach (var word in words)
        {
            var (start, length) = word.GetOffsetAndLength(text.Length);
            var found = pieces.Encode(text.AsMemory(start, length));
            // [CLS] comes before all of them, [SEP] after.
            int place = tokens.Count + 1;
            firsts.Add(found.Count > 0 && place < maximumTokens - 1 ? place : -1);
            tokens.AddRange(found);
        }

        if (tokens.Count > maximumTokens - 2)
            onCut?.Invoke();
        return new TaggedWords(text, words, pieces.Join(tokens, maximumTokens), firsts);
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
