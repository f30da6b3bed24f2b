using System.Text;
using Microsoft.ML.Tokenizers;
using Seven.Encoders;

namespace Seven.Tokens;

/// <summary>Texts as BERT's token numbers, by Microsoft.ML.Tokenizers. Safe on several threads.</summary>
internal sealed class WordPieces
{
    private readonly BertTokenizer _tokenizer;

    public WordPieces(Vocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary.Tokens)));
        _tokenizer = BertTokenizer.Create(lines, new BertOptions
        {
            LowerCaseBeforeTokenization = vocabulary.LowerCase,
            RemoveNonSpacingMarks = vocabulary.StripAccents,
            IndividuallyTokenizeCjk = vocabulary.SplitChinese,
            // "[SEP]" in a text is four words like others, not the end of it.
            SplitOnSpecialTokens = false,
            PreTokenizer = new BasicWordsPreTokenizer(),
        });
        (Start, Separator) = (_tokenizer.ClassificationTokenId, _tokenizer.SeparatorTokenId);
    }

    public Vocabulary Vocabulary { get; }

    /// <summary>Reads a folder's vocabulary.</summary>
    /// <param name="folder">The Hugging Face folder.</param>
    /// <param name="vocabularySize">The network's vectors of words.</param>
    /// <exception cref="FileNotFoundException">There is no vocabulary.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the network has not a vector for each token.</exception>
    public static WordPieces Read(string folder, int vocabularySize)
    {
        var vocabulary = Vocabulary.Read(folder);
        vocabulary.CheckFits(vocabularySize, folder);
        return new WordPieces(vocabulary);
    }

    /// <summary>[CLS], which a text begins with.</summary>
    public int Start { get; }

    /// <summary>[SEP], which a text ends with.</summary>
    public int Separator { get; }

    /// <summary>A text's tokens, without special ones.</summary>
    public IReadOnlyList<int> Encode(ReadOnlyMemory<char> text) => _tokenizer.EncodeToIds(WithPlainSpaces(text.Span), addSpecialTokens: false);

    /// <summary>A word's tokens with their places in the word as the tokenizer has normalized it.</summary>
    public IReadOnlyList<EncodedToken> EncodeWord(ReadOnlySpan<char> word, out string? normalized) => _tokenizer.EncodeToTokens(word, out normalized);

    /// <summary>[CLS] text [SEP], cut to a length.</summary>
    public TokenizedText Join(IReadOnlyList<int> text, int maximum)
    {
        int length = Math.Min(text.Count, maximum - 2);
        var tokens = new int[length + 2];
        tokens[0] = Start;
        Copy(text, length, tokens, 1);
        tokens[^1] = Separator;
        return new TokenizedText { Tokens = tokens };
    }

    /// <summary>[CLS] first [SEP] second [SEP], of which the longer one is cut first.</summary>
    public TokenizedText Join(IReadOnlyList<int> first, IReadOnlyList<int> second, int maximum)
    {
        int room = maximum - 3;
        int firstLength = Math.Min(first.Count, Math.Max(room - second.Count, (room + 1) / 2));
        int secondLength = Math.Min(second.Count, room - firstLength);
        var tokens = new int[firstLength + secondLength + 3];
        var segments = new int[tokens.Length];
        tokens[0] = Start;
        Copy(first, firstLength, tokens, 1);
        tokens[firstLength + 1] = Separator;
        Copy(second, secondLength, tokens, firstLength + 2);
        tokens[^1] = Separator;
        segments.AsSpan(firstLength + 2).Fill(1);
        return new TokenizedText { Tokens = tokens, Segments = segments };
    }

    private static void Copy(IReadOnlyList<int> from, int length, int[] to, int start)
    {
        for (int i = 0; i < length; i++)
            to[start + i] = from[i];
    }

    /// <summary>The tokenizer takes line breaks and tabs out, and would join the words beside them.</summary>
    private static string WithPlainSpaces(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('\n', '\r', '\t') < 0)
            return text.ToString();
        return string.Create(text.Length, text, static (copy, original) =>
        {
            for (int i = 0; i < copy.Length; i++)
                copy[i] = original[i] is '\n' or '\r' or '\t' ? ' ' : original[i];
        });
    }
}
