using System.Runtime.InteropServices;

namespace Seven.Encoders.Inputs;

/// <summary>Texts as the entries of the encoder's tables, one after another.</summary>
internal sealed class TokenBatch(TextConfiguration shape) : InputBatch<TokenizedText>
{
    public List<int> Words { get; } = [];

    public List<int> Positions { get; } = [];

    public List<int> Segments { get; } = [];

    public override void Clear()
    {
        base.Clear();
        Words.Clear();
        Positions.Clear();
        Segments.Clear();
    }

    public override void Add(TokenizedText input) => Add(
        SpanOf(input.Tokens), input.Segments is { } segments ? SpanOf(segments) : [], input.Segments is not null, input.AttentionMask);

    /// <param name="tokens">The text; what is longer than the network can read is cut off.</param>
    /// <param name="segments">The segment of each token; none for all 0.</param>
    public void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments) => Add(tokens, segments, !segments.IsEmpty, attentionMask: null);

    private void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<int> segments, bool hasSegments, IReadOnlyList<bool>? attentionMask)
    {
        if (tokens.IsEmpty)
            throw new ArgumentException("A text has no tokens; expected at least one, such as [CLS].");
        CheckEntries(tokens, shape.VocabularySize, "Token");
        if (hasSegments)
        {
            Require.SameLength(segments.Length, tokens.Length, nameof(TokenizedText.Segments));
            if (shape.HasSegments)
                CheckEntries(segments, shape.SegmentKinds, "Segment");
        }

        int length = Math.Min(tokens.Length, shape.MaximumTokens);
        if (attentionMask is not null)
        {
            Require.SameLength(attentionMask.Count, tokens.Length, nameof(TokenizedText.AttentionMask));
            if (!attentionMask.Take(length).Contains(true))
                throw new ArgumentException("An attention mask hides every token of a text; expected at least one to be true.");
        }

        Layout.Add(length, attentionMask);
        int position = shape.FirstPosition;
        bool skipsPadding = position > 0;
        for (int i = 0; i < length; i++)
        {
            Words.Add(tokens[i]);
            Positions.Add(skipsPadding && tokens[i] == shape.PaddingToken ? tokens[i] : position++);
            Segments.Add(hasSegments ? segments[i] : 0);
        }
    }

    private static ReadOnlySpan<int> SpanOf(IReadOnlyList<int> values) => values switch
    {
        int[] array => array,
        List<int> list => CollectionsMarshal.AsSpan(list),
        _ => values.ToArray(),
    };

    private static void CheckEntries(ReadOnlySpan<int> entries, int count, string what)
    {
        for (int i = 0; i < entries.Length; i++)
            if ((uint)entries[i] >= (uint)count)
                throw new ArgumentOutOfRangeException(
                    nameof(entries), $"{what} {entries[i]} at position {i} is not in the table; expected a number in [0, {count}).");
    }
}
