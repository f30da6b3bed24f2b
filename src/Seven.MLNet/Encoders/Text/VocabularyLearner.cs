using Seven.Tokens;

namespace Seven.MLNet.Encoders.Text;

/// <summary>Learns a WordPiece vocabulary from texts: letters at first, then repeatedly the most frequent pair of pieces.</summary>
/// <remarks>As Hugging Face's WordPiece trainer does it; .NET has no library that learns one. Pieces inside a word begin with ##.</remarks>
internal sealed class VocabularyLearner
{
    private const int MostLetters = 1000;

    private readonly bool _lowerCase;
    private readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);

    public VocabularyLearner(bool lowerCase) => _lowerCase = lowerCase;

    /// <summary>Sees a text.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        string normalized = new BertNormalizer(_lowerCase, StripAccents: _lowerCase).Normalize(text.ToString()).ToString();
        foreach (var word in BasicWords.Of(normalized))
        {
            string found = normalized[word];
            _words[found] = _words.GetValueOrDefault(found) + 1;
        }
    }

    /// <summary>The vocabulary of the texts seen.</summary>
    /// <param name="size">Most entries, special tokens included.</param>
    public Vocabulary Learn(int size)
    {
        var words = _words.OrderBy(word => word.Key, StringComparer.Ordinal).Select(word => new Word(Letters(word.Key), word.Value)).ToList();
        var tokens = Vocabulary.Special.ToList();
        var letters = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in words)
            foreach (string letter in word.Pieces)
                letters[letter] = letters.GetValueOrDefault(letter) + word.Count;
        tokens.AddRange(letters.OrderByDescending(letter => letter.Value).ThenBy(letter => letter.Key, StringComparer.Ordinal)
            .Select(letter => letter.Key).Take(Math.Min(MostLetters, size - tokens.Count)));

        var known = tokens.ToHashSet(StringComparer.Ordinal);
        var pairs = new PairCounts(words);
        while (tokens.Count < size && pairs.TakeMostFrequent() is { } pair)
        {
            string merged = pair.Left + pair.Right[2..];
            if (known.Add(merged))
                tokens.Add(merged);
            pairs.Merge(pair, merged);
        }

        return new Vocabulary([.. tokens], _lowerCase, StripAccents: _lowerCase);
    }

    private static List<string> Letters(string word)
    {
        var letters = new List<string>();
        foreach (var rune in word.EnumerateRunes())
            letters.Add(letters.Count == 0 ? rune.ToString() : "##" + rune);
        return letters;
    }

    /// <summary>A word as pieces, and how often it was seen.</summary>
    internal sealed record Word(List<string> Pieces, int Count);
}
