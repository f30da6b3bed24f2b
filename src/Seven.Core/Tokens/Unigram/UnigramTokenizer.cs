using Microsoft.ML.Tokenizers;
using Seven.Encoders.Architectures;

namespace Seven.Tokens;

/// <summary>SentencePiece's tokenizer of single pieces: of all ways to divide a word, the likeliest.</summary>
internal sealed class UnigramTokenizer : TextTokenizer
{
    private readonly SentencePieceTokenizer _pieces;
    private readonly SentencePieceNumbers _numbers;
    private readonly TokenizerFiles _files;

    /// <param name="pieces">Divides words.</param>
    /// <param name="numbers">The tokens' numbers by those of the pieces.</param>
    /// <param name="frame">The marks around texts.</param>
    /// <param name="added">Tokens known by how they are written.</param>
    /// <param name="files">The files that were read.</param>
    public UnigramTokenizer(SentencePieceTokenizer pieces, SentencePieceNumbers numbers, TokenFrame frame, IReadOnlyList<AddedToken> added, TokenizerFiles files)
        : base(frame, added)
    {
        (_pieces, _numbers, _files) = (pieces, numbers, files);
        Count = added.Select(token => token.Id).Append(numbers.Of(pieces.Vocabulary.Values.Max())).Max() + 1;
    }

    /// <inheritdoc />
    public override int Count { get; }

    /// <inheritdoc />
    protected override IEnumerable<string> Definition => _pieces.Vocabulary.OrderBy(piece => piece.Value).Select(piece => $"{_numbers.Of(piece.Value)} {piece.Key}");

    /// <inheritdoc />
    public override void Save(string folder) => _files.Save(folder);

    /// <inheritdoc />
    /// <remarks>Word by word: no piece reaches over a space, and a word's place is known whatever normalization made of it.</remarks>
    protected override void Encode(string text, int offset, List<PlacedToken> tokens)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            for (end = start; end < text.Length && !char.IsWhiteSpace(text[end]); end++)
            {
            }

            if (end > start)
                AddWord(text[start..end], offset + start, tokens);
            else
                end++;
        }
    }

    private void AddWord(string word, int offset, List<PlacedToken> tokens)
    {
        var found = _pieces.EncodeToTokens(word, out string? normalized, addBeginningOfSentence: false, addEndOfSentence: false);
        // The first character is the mark of a word's beginning.
        bool isSame = normalized is { Length: > 0 } && normalized.AsSpan(1).SequenceEqual(word);
        bool wasUnknown = false;
        foreach (var token in found)
        {
            int number = _numbers.Of(token.Id);
            bool isUnknown = token.Id == _numbers.UnknownPiece;
            var (start, end) = isSame ? (Math.Max(0, token.Offset.Start.Value - 1), Math.Max(0, token.Offset.End.Value - 1)) : (0, word.Length);
            if (isUnknown && wasUnknown)
                // As in SentencePiece, adjacent unknown characters are one token.
                tokens[^1] = tokens[^1] with { End = offset + end };
            else
                tokens.Add(new PlacedToken(number, offset + start, offset + end));
            wasUnknown = isUnknown;
        }
    }
}
