using Microsoft.ML;
using Seven.Encoders;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;
using Seven.Tokens;

namespace Seven.MLNet.Encoders.Text;

/// <summary>A column of texts, or two of pairs. An empty text is one without words.</summary>
internal sealed class TextSource(TextTokenizer tokenizer, string first, string? second, int maximumTokens) : InputSource<TokenizedText>
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
                return WithCutReported(tokenizer.Join(text, maximumTokens), whole: text.Count + tokenizer.Frame.SingleMarks);
            };
        var seconds = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[second]);
        return () =>
        {
            var (one, other) = (Read(firsts), Read(seconds));
            return WithCutReported(tokenizer.Join(one, other, maximumTokens), whole: one.Count + other.Count + tokenizer.Frame.PairMarks);
        };

        TokenizedText WithCutReported(TokenizedText text, int whole)
        {
            if (text.Tokens.Count < whole)
                onCut?.Invoke();
            return text;
        }
    }

    public override TextTokenizer Tokenizer => tokenizer;

    public override void Save(string folder) => tokenizer.Save(folder);

    private IReadOnlyList<int> Read(ValueGetter<ReadOnlyMemory<char>> getter)
    {
        var text = default(ReadOnlyMemory<char>);
        getter(ref text);
        return tokenizer.Encode(text.ToString());
    }
}
