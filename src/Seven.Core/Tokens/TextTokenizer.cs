using Seven.Encoders;

namespace Seven.Tokens;

/// <summary>Texts as a model's token numbers. Safe on several threads.</summary>
/// <remarks>Tokens that are written in a text, such as <c>[SEP]</c>, are those tokens, as in Hugging Face's tokenizers.</remarks>
internal abstract class TextTokenizer(TokenFrame frame, IEnumerable<AddedToken> added)
{
    private readonly AddedTokens _added = new(added);

    /// <summary>The marks around texts.</summary>
    public TokenFrame Frame => frame;

    /// <summary>One more than the largest token.</summary>
    public abstract int Count { get; }

    /// <summary>Whether a pair's second text is another segment; not in encoders that know one segment only.</summary>
    public bool HasSegments { get; init; } = true;

    /// <summary>A text's tokens, without marks.</summary>
    public IReadOnlyList<int> Encode(string text)
    {
        var placed = EncodeWithPlaces(text);
        var tokens = new int[placed.Count];
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = placed[i].Id;
        return tokens;
    }

    /// <summary>Returns a text's tokens, without marks, with the ranges of their characters.</summary>
    public IReadOnlyList<PlacedToken> EncodeWithPlaces(string text)
    {
        var tokens = new List<PlacedToken>(text.Length / 3);
        foreach (var (before, token) in _added.Divide(text))
        {
            var (start, length) = before.GetOffsetAndLength(text.Length);
            if (length > 0)
                Encode(length == text.Length ? text : text.Substring(start, length), start, tokens);
            if (token is { } mark)
                tokens.Add(mark);
        }

        return tokens;
    }

    /// <summary>The input of one text, cut to a length.</summary>
    public TokenizedText Join(IReadOnlyList<int> text, int maximum) => new() { Tokens = frame.Join(text, maximum) };

    /// <summary>The input of two texts, of which the longer one is cut first.</summary>
    public TokenizedText Join(IReadOnlyList<int> first, IReadOnlyList<int> second, int maximum)
    {
        var (tokens, segments) = frame.Join(first, second, maximum);
        return new TokenizedText { Tokens = tokens, Segments = HasSegments ? segments : null };
    }

    /// <summary>Writes the files from which it can be read.</summary>
    public abstract void Save(string folder);

    /// <summary>Whether every text has the same tokens by another tokenizer.</summary>
    public bool ReadsLike(TextTokenizer other) =>
        GetType() == other.GetType() && Frame.Single.SequenceEqual(other.Frame.Single) && Frame.Pair.SequenceEqual(other.Frame.Pair)
        && Definition.SequenceEqual(other.Definition, StringComparer.Ordinal);

    /// <summary>All tokens and rules, as lines.</summary>
    protected abstract IEnumerable<string> Definition { get; }

    /// <summary>Adds the tokens of a text without added tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offset">What its places begin at.</param>
    /// <param name="tokens">Where they are added.</param>
    protected abstract void Encode(string text, int offset, List<PlacedToken> tokens);

    /// <exception cref="InvalidDataException">The network has not a vector for each token, or reads nothing beside the marks.</exception>
    public void CheckFits(TextConfiguration shape, string folder)
    {
        if (Count > shape.VocabularySize)
            throw new InvalidDataException(
                $"{folder}: the vocabulary has {Count} tokens and config.json's vocab_size is {shape.VocabularySize}; expected a vector for each token. Are the files of one model?");
        if (shape.TextLength <= frame.PairMarks)
            throw new InvalidDataException($"{folder}: the network reads {shape.TextLength} tokens, and {frame.PairMarks} marks surround a pair of texts; expected more tokens than marks.");
    }
}
