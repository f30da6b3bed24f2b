using System.Text;

namespace QuickStart.Data;

/// <summary>Words to token numbers, as BERT's uncased tokenizer with a vocabulary of whole words does.</summary>
/// <remarks>Text is put into lower case and split at white space and around punctuation. Capitals inside a word begin a new one
/// ("HttpClient" is two words), which suits names in program text.</remarks>
internal sealed class Vocabulary
{
    private const int LargestSize = 8192;
    private const int FewestOccurrences = 2;
    private const int Unknown = 1;
    private const int Class = 2;
    private const int Separator = 3;

    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private readonly string[] _words;
    private readonly Dictionary<string, int> _numbers;

    private Vocabulary(IEnumerable<string> words)
    {
        _words = [.. Special, .. words];
        _numbers = _words.Select((word, number) => (word, number)).ToDictionary(pair => pair.word, pair => pair.number, StringComparer.Ordinal);
    }

    public int Size => _words.Length;

    /// <summary>The most frequent words of the texts.</summary>
    public static Vocabulary Of(IEnumerable<string> texts) => new(
        texts.SelectMany(Words).CountBy(word => word, StringComparer.Ordinal)
            .Where(pair => pair.Value >= FewestOccurrences)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(LargestSize - Special.Length).Select(pair => pair.Key));

    /// <summary>Reads <c>vocab.txt</c> as <see cref="Save"/> writes it.</summary>
    /// <exception cref="InvalidDataException">It is not a vocabulary of this kind.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static Vocabulary Load(string folder)
    {
        string path = Path.Combine(folder, "vocab.txt");
        string[] words = File.ReadAllLines(path);
        if (!words.AsSpan().StartsWith(Special))
            throw new InvalidDataException($"{path} begins with '{words.FirstOrDefault()}'; expected {string.Join(", ", Special)}, as in the quick start's vocabularies.");
        string? twice = words.GroupBy(word => word, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null
            ? new Vocabulary(words[Special.Length..])
            : throw new InvalidDataException($"{path} holds '{twice}' twice; expected each word once.");
    }

    /// <summary>[CLS] words [SEP].</summary>
    public int[] Encode(string text) => [Class, .. Words(text).Select(word => _numbers.GetValueOrDefault(word, Unknown)), Separator];

    /// <summary>Writes <c>vocab.txt</c>, one word a line, as Hugging Face's BERT tokenizers read it.</summary>
    public void Save(string folder) => File.WriteAllLines(Path.Combine(folder, "vocab.txt"), _words);

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool begins = i > 0 && char.IsUpper(c) && char.IsLower(text[i - 1]);
            if (word.Length > 0 && (begins || !char.IsLetterOrDigit(c)))
            {
                yield return word.ToString();
                word.Clear();
            }

            if (char.IsLetterOrDigit(c))
                word.Append(char.ToLowerInvariant(c));
            else if (!char.IsWhiteSpace(c))
                yield return c.ToString();
        }

        if (word.Length > 0)
            yield return word.ToString();
    }
}
