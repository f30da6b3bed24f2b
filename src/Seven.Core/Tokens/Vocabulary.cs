using System.Text.Json;
using Seven.Formats;
using Seven.Formats.HuggingFace;

namespace Seven.Tokens;

/// <summary>The tokens of a WordPiece model, in the order of their numbers, and how its texts are normalized.</summary>
/// <param name="Tokens">One for each number.</param>
/// <param name="LowerCase">Whether texts are put in lower case.</param>
/// <param name="StripAccents">Whether accents are taken off.</param>
/// <param name="SplitChinese">Whether each Chinese character is a word.</param>
internal sealed record Vocabulary(IReadOnlyList<string> Tokens, bool LowerCase, bool StripAccents, bool SplitChinese = true)
{
    public const string Unknown = "[UNK]";
    public const string Start = "[CLS]";
    public const string Separator = "[SEP]";

    /// <summary>The special tokens that a vocabulary begins with by custom.</summary>
    public static IReadOnlyList<string> Special { get; } = ["[PAD]", Unknown, Start, Separator, "[MASK]"];

    /// <summary>Whether a folder has a vocabulary.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, "vocab.txt")) || File.Exists(Path.Combine(folder, "tokenizer.json"));

    /// <summary>Reads <c>vocab.txt</c> or <c>tokenizer.json</c>, and <c>tokenizer_config.json</c> where there is one.</summary>
    /// <exception cref="FileNotFoundException">There is no vocabulary.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the vocabulary is of another kind.</exception>
    public static Vocabulary Read(string folder)
    {
        string tokens = Path.Combine(folder, "vocab.txt"), whole = Path.Combine(folder, "tokenizer.json"), settings = Path.Combine(folder, "tokenizer_config.json");
        var vocabulary = File.Exists(tokens) ? FromLines(tokens, lowerCase: true)
            : File.Exists(whole) ? HuggingFaceTokenizer.Read(whole)
            : throw new FileNotFoundException($"{folder} has no vocabulary; expected vocab.txt or tokenizer.json, as Hugging Face's BERT folders have.", tokens);
        if (!File.Exists(settings))
            return vocabulary;
        return HuggingFaceFolder.ReadJson(settings, json =>
        {
            bool lowerCase = json.Flag("do_lower_case", vocabulary.LowerCase);
            return vocabulary with
            {
                LowerCase = lowerCase,
                StripAccents = json.Flag("strip_accents", lowerCase),
                SplitChinese = json.Flag("tokenize_chinese_chars", vocabulary.SplitChinese),
            };
        });
    }

    /// <summary>Reads a file of one token a line.</summary>
    /// <exception cref="InvalidDataException">It lacks a special token, or has one twice.</exception>
    public static Vocabulary FromLines(string path, bool lowerCase)
    {
        string[] tokens = File.ReadAllLines(path);
        return new Vocabulary(tokens, lowerCase, StripAccents: lowerCase).Checked(path);
    }

    /// <summary>Writes <c>vocab.txt</c> and <c>tokenizer_config.json</c>.</summary>
    public void Save(string folder)
    {
        AtomicFile.Write(Path.Combine(folder, "vocab.txt"), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            foreach (string token in Tokens)
                writer.WriteLine(token);
        });
        AtomicFile.Write(Path.Combine(folder, "tokenizer_config.json"), stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            json.WriteString("tokenizer_class", "BertTokenizer");
            json.WriteBoolean("do_lower_case", LowerCase);
            json.WriteBoolean("strip_accents", StripAccents);
            json.WriteBoolean("tokenize_chinese_chars", SplitChinese);
            json.WriteEndObject();
        });
    }

    /// <summary>Whether every text has the same tokens by another vocabulary.</summary>
    public bool ReadsLike(Vocabulary other) =>
        (LowerCase, StripAccents, SplitChinese) == (other.LowerCase, other.StripAccents, other.SplitChinese) && Tokens.SequenceEqual(other.Tokens, StringComparer.Ordinal);

    /// <summary>Returns this vocabulary if texts can be made of it.</summary>
    public Vocabulary Checked(string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Tokens.Count; i++)
            if (!seen.Add(Tokens[i]))
                throw new InvalidDataException($"{path} has the token '{Tokens[i]}' twice, again at line {i + 1}; expected each once.");
        foreach (string special in (string[])[Unknown, Start, Separator])
            if (!seen.Contains(special))
                throw new InvalidDataException($"{path} has {Tokens.Count} tokens without {special}; expected a WordPiece vocabulary of BERT's.");
        return this;
    }

    /// <exception cref="InvalidDataException">The network has not a vector for each token.</exception>
    public void CheckFits(int vocabularySize, string folder)
    {
        if (Tokens.Count > vocabularySize)
            throw new InvalidDataException(
                $"{folder}: the vocabulary has {Tokens.Count} tokens and config.json's vocab_size is {vocabularySize}; expected a vector for each token. Are the files of one model?");
    }
}
