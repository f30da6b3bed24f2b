using System.Collections.Immutable;
using Seven.Formats;
using Seven.Formats.HuggingFace;

namespace Seven.Tokens;

/// <summary>The tokens of a WordPiece model, in the order of their numbers, and how its texts are normalized.</summary>
/// <param name="Tokens">One for each number.</param>
/// <param name="LowerCase">Whether texts are put in lower case.</param>
/// <param name="StripAccents">Whether accents are taken off.</param>
/// <param name="SplitChinese">Whether each Chinese character is a word.</param>
internal sealed record Vocabulary(ImmutableArray<string> Tokens, bool LowerCase, bool StripAccents, bool SplitChinese = true)
{
    public const string Unknown = "[UNK]";
    public const string Start = "[CLS]";
    public const string Separator = "[SEP]";

    /// <summary>The special tokens that a vocabulary begins with by custom.</summary>
    public static IReadOnlyList<string> Special { get; } = ["[PAD]", Unknown, Start, Separator, "[MASK]"];

    /// <summary>Reads <c>vocab.txt</c>, and <c>tokenizer_config.json</c> where there is one.</summary>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static Vocabulary FromFolder(string folder) => FromLines(Path.Combine(folder, TokenizerFiles.WordPieces), lowerCase: true).With(folder);

    /// <summary>The same tokens with the normalization that a folder's <c>tokenizer_config.json</c> asks for.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public Vocabulary With(string folder)
    {
        string settings = Path.Combine(folder, TokenizerFiles.Settings);
        if (!File.Exists(settings))
            return this;
        return HuggingFaceFolder.ReadJson(settings, json =>
        {
            bool lowerCase = json.Flag("do_lower_case", LowerCase);
            return this with
            {
                LowerCase = lowerCase,
                StripAccents = json.Flag("strip_accents", lowerCase),
                SplitChinese = json.Flag("tokenize_chinese_chars", SplitChinese),
            };
        });
    }

    /// <summary>Reads a file of one token a line.</summary>
    /// <exception cref="InvalidDataException">It lacks a special token, or has one twice.</exception>
    public static Vocabulary FromLines(string path, bool lowerCase)
    {
        return new Vocabulary([.. File.ReadAllLines(path)], lowerCase, StripAccents: lowerCase).Checked(path);
    }

    /// <summary>Writes <c>vocab.txt</c> and <c>tokenizer_config.json</c>.</summary>
    public void Save(string folder)
    {
        AtomicFile.Write(Path.Combine(folder, TokenizerFiles.WordPieces), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            foreach (string token in Tokens)
                writer.WriteLine(token);
        });
        AtomicFile.WriteJson(Path.Combine(folder, TokenizerFiles.Settings), json =>
        {
            json.WriteStartObject();
            json.WriteString("tokenizer_class", "BertTokenizer");
            json.WriteBoolean("do_lower_case", LowerCase);
            json.WriteBoolean("strip_accents", StripAccents);
            json.WriteBoolean("tokenize_chinese_chars", SplitChinese);
            json.WriteEndObject();
        });
    }

    /// <summary>The number of a token that is there.</summary>
    public int NumberOf(string token) => Tokens.IndexOf(token);

    /// <summary>The special tokens, which are known in texts by how they are written.</summary>
    public IReadOnlyList<AddedToken> AddedTokens() => [.. Special.Select(token => new AddedToken(token, NumberOf(token))).Where(token => token.Id >= 0)];

    /// <summary>Returns this vocabulary if texts can be made of it.</summary>
    public Vocabulary Checked(string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Tokens.Length; i++)
            if (!seen.Add(Tokens[i]))
                throw new InvalidDataException($"{path} has the token '{Tokens[i]}' twice, again at line {i + 1}; expected each once.");
        foreach (string special in (string[])[Unknown, Start, Separator])
            if (!seen.Contains(special))
                throw new InvalidDataException($"{path} has {Tokens.Length} tokens without {special}; expected a WordPiece vocabulary of BERT's.");
        return this;
    }
}
