using Microsoft.ML;
using Seven.Encoders;
using Seven.MLNet.Encoders.Scoring;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.Encoders.Text;

/// <summary>A column of texts, or two of pairs. An empty text is one without words.</summary>
internal sealed class TextSource(WordPieces pieces, string first, string? second, int maximumTokens) : InputSource<TokenizedText>
{
    public override IReadOnlyList<InputColumn> Columns => ColumnsOf(first, second);

    public static IReadOnlyList<InputColumn> ColumnsOf(string first, string? second) =>
        second is null ? [InputColumn.Text("text", first)] : [InputColumn.Text("text", first), InputColumn.Text("second text", second)];

    public override Func<TokenizedText?> Reader(DataViewRow row)
    {
        var firsts = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[first]);
        if (second is null)
            return () => pieces.Join(Read(firsts), maximumTokens);
        var seconds = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[second]);
        return () => pieces.Join(Read(firsts), Read(seconds), maximumTokens);
    }

    public override void Save(string folder) => pieces.Vocabulary.Save(folder);

    private IReadOnlyList<int> Read(ValueGetter<ReadOnlyMemory<char>> getter)
    {
        var text = default(ReadOnlyMemory<char>);
        getter(ref text);
        return pieces.Encode(text);
    }
}
