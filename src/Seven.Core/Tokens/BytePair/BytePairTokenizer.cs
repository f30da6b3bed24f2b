using System.Text;
using Microsoft.ML.Tokenizers;

namespace Seven.Tokens;

/// <summary>Specifies how texts are divided into words before byte pairs are merged.</summary>
/// <param name="Form">Unicode's normal form; <see langword="null"/> for texts as they are.</param>
/// <param name="AddsSpace">Whether a text that begins with no space is given one.</param>
internal sealed record BytePairRules(NormalizationForm? Form, bool AddsSpace);

/// <summary>GPT-2's and RoBERTa's tokenizer: bytes, merged pair by pair.</summary>
internal sealed class BytePairTokenizer : TextTokenizer
{
    private readonly IReadOnlyDictionary<string, int> _vocabulary;
    private readonly IReadOnlyList<string> _merges;
    private readonly BytePairRules _rules;
    private readonly TokenizerFiles _files;
    private readonly BpeTokenizer _pieces;

    /// <param name="vocabulary">The numbers of the tokens, whose bytes are written as GPT-2 writes them.</param>
    /// <param name="merges">Pairs, divided by a space, the first to merge first.</param>
    /// <param name="unknown">The token of bytes that the vocabulary lacks; <see langword="null"/> for none.</param>
    /// <param name="rules">How texts become words.</param>
    /// <param name="frame">The marks around texts.</param>
    /// <param name="added">Tokens known by how they are written.</param>
    /// <param name="files">The files that were read.</param>
    /// <exception cref="ArgumentException">A merge is of tokens that the vocabulary lacks.</exception>
    public BytePairTokenizer(
        IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<string> merges, string? unknown, BytePairRules rules, TokenFrame frame, IReadOnlyList<AddedToken> added, TokenizerFiles files)
        : base(frame, added)
    {
        (_vocabulary, _merges, _rules, _files) = (vocabulary, merges, rules, files);
        Count = vocabulary.Values.Concat(added.Select(token => token.Id)).Max() + 1;
        _pieces = BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges, ByteLevel = true, UnknownToken = unknown, PreTokenizer = new ByteLevelWords() });
    }

    /// <inheritdoc />
    public override int Count { get; }

    /// <inheritdoc />
    protected override IEnumerable<string> Definition =>
        _vocabulary.OrderBy(token => token.Value).Select(token => $"{token.Value} {token.Key}").Concat(_merges).Append($"{_rules.Form} {_rules.AddsSpace}");

    /// <inheritdoc />
    public override void Save(string folder) => _files.Save(folder);

    /// <inheritdoc />
    protected override void Encode(string text, int offset, List<PlacedToken> tokens)
    {
        var normalized = Normalize(text);
        string read = normalized?.ToString() ?? text;
        foreach (var token in _pieces.EncodeToTokens(read, out _))
        {
            var (start, end) = WithoutSpaces(read, token.Offset.Start.Value, token.Offset.End.Value);
            if (normalized is not null)
                (start, end) = normalized.PlaceOf(start, end);
            tokens.Add(new PlacedToken(token.Id, offset + start, offset + end));
        }
    }

    /// <summary>The text in its normal form and with its first space; <see langword="null"/> for itself.</summary>
    private NormalizedText? Normalize(string text)
    {
        bool addsSpace = _rules.AddsSpace && !char.IsWhiteSpace(text[0]);
        bool isNormal = _rules.Form is not { } form || Ascii.IsValid(text);
        if (isNormal && !addsSpace)
            return null;
        var result = new NormalizedText();
        if (addsSpace)
            result.Append(" ", 0, 0);
        result.Append(text, isNormal ? null : _rules.Form);
        return result;
    }

    /// <summary>A token's place without the spaces at its ends, which belong to no word.</summary>
    private static (int Start, int End) WithoutSpaces(string text, int start, int end)
    {
        while (start < end && text[start] == ' ')
            start++;
        while (end > start && text[end - 1] == ' ')
            end--;
        return (start, end);
    }
}
