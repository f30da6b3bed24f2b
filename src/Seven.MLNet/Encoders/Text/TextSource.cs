using Microsoft.ML;
using Seven.Encoders;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Text;

/// <summary>A column of texts, or two of pairs. An empty text is one without words.</summary>
internal sealed class TextSource(WordPieces pieces, string first, string? second, int maximumTokens) : InputSource<TokenizedText>
{
    public override IReadOnlyList<InputColumn> Columns => ColumnsOf(first, second);

    public static IReadOnlyList<InputColumn> ColumnsOf(string first, string? second) =>
        second is null ? [InputColumn.Text("text", first)] : [InputColumn.Text("text", first), InputColumn.Text("second text", second)];

    public override Func<TokenizedText?> Reader(DataViewRow row, Action? onCut = null)
    {
        var firsts = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[first]);
        if (second is null)
            return () =>
            {
                var text = Read(firsts);
                return WithCutReported(pieces.Join(text, maximumTokens), whole: text.Count + 2);
            };
        var seconds = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[second]);
        return () =>
        {
            var (one, other) = (Read(firsts), Read(seconds));
            return WithCutReported(pieces.Join(one, other, maximumTokens), whole: one.Count + other.Count + 3);
        };

        TokenizedText WithCutReported(TokenizedText text, int whole)
        {
            if (text.Tokens.Count < whole)
                onCut?.Invoke();
            return text;
        }
    }

    public override Vocabulary Vocabulary => pieces.Vocabulary;

    public override void Save(string folder) => pieces.Vocabulary.Save(folder);

    private IReadOnlyList<int> Read(ValueGetter<ReadOnlyMemory<char>> getter)
    {
        var text = default(ReadOnlyMemory<char>);
        getter(ref text);
        return pieces.Encode(text);
    }
}
