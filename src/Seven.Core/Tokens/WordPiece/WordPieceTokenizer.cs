using System.Text;
using Microsoft.ML.Tokenizers;

namespace Seven.Tokens;

/// <summary>BERT's tokenizer: words of a normalized text, each as the longest pieces that the vocabulary has.</summary>
internal sealed class WordPieceTokenizer : TextTokenizer
{
    private readonly Microsoft.ML.Tokenizers.WordPieceTokenizer _pieces;
    private readonly BertNormalizer _normalizer;
    private readonly TokenizerFiles? _files;

    /// <summary>BERT's marks around the vocabulary's tokens.</summary>
    public WordPieceTokenizer(Vocabulary vocabulary)
        : this(vocabulary, TokenFrame.Bert(vocabulary.NumberOf(Vocabulary.Start), vocabulary.NumberOf(Vocabulary.Separator)), vocabulary.AddedTokens(), files: null)
    {
    }

    /// <param name="vocabulary">The tokens.</param>
    /// <param name="frame">The marks around texts.</param>
    /// <param name="added">Tokens known by how they are written.</param>
    /// <param name="files">The files that were read; <see langword="null"/> where the vocabulary says all.</param>
    public WordPieceTokenizer(Vocabulary vocabulary, TokenFrame frame, IReadOnlyList<AddedToken> added, TokenizerFiles? files)
        : base(frame, added)
    {
        (Vocabulary, _files) = (vocabulary, files);
        Count = Math.Max(vocabulary.Tokens.Length, added.Select(token => token.Id + 1).DefaultIfEmpty().Max());
        _normalizer = new BertNormalizer(vocabulary.LowerCase, vocabulary.StripAccents);
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary.Tokens)));
        _pieces = Microsoft.ML.Tokenizers.WordPieceTokenizer.Create(lines, new WordPieceOptions
        {
            UnknownToken = Vocabulary.Unknown,
            PreTokenizer = new BasicWordsPreTokenizer(vocabulary.SplitChinese),
        });
    }

    /// <summary>The tokens, and how texts are normalized.</summary>
    public Vocabulary Vocabulary { get; }

    /// <inheritdoc />
    public override int Count { get; }

    /// <inheritdoc />
    protected override IEnumerable<string> Definition => Vocabulary.Tokens.Prepend($"{Vocabulary.LowerCase} {Vocabulary.StripAccents} {Vocabulary.SplitChinese}");

    /// <inheritdoc />
    public override void Save(string folder)
    {
        if (_files is null)
            Vocabulary.Save(folder);
        else
            _files.Save(folder);
    }

    /// <inheritdoc />
    protected override void Encode(string text, int offset, List<PlacedToken> tokens)
    {
        var normalized = _normalizer.Normalize(text);
        foreach (var token in _pieces.EncodeToTokens(normalized.ToString(), out _, considerNormalization: false))
        {
            var (start, end) = normalized.PlaceOf(token.Offset.Start.Value, token.Offset.End.Value);
            tokens.Add(new PlacedToken(token.Id, offset + start, offset + end));
        }
    }
}
