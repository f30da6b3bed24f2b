using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Seven.Tokens;

/// <summary>A text's words as BERT's basic tokenizer finds them, with their places: runs between spaces, each punctuation mark and each Chinese character alone.</summary>
internal static class BasicWords
{
    /// <summary>The places of the words, in order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="splitChinese">Whether each Chinese character is a word.</param>
    public static List<Range> Of(ReadOnlySpan<char> text, bool splitChinese = true)
    {
        var words = new List<Range>();
        int start = -1;
        for (int i = 0; i < text.Length;)
        {
            var status = Rune.DecodeFromUtf16(text[i..], out var rune, out int length);
            bool isSpace = status == OperationStatus.Done && Rune.IsWhiteSpace(rune);
            bool isAlone = status == OperationStatus.Done && (IsPunctuation(rune) || (splitChinese && IsChinese(rune.Value)));
            if ((isSpace || isAlone) && start >= 0)
                (_, start) = (Add(start..i), -1);
            if (isAlone)
                Add(i..(i + length));
            else if (!isSpace && start < 0)
                start = i;
            i += length;
        }

        if (start >= 0)
            Add(start..text.Length);
        return words;

        bool Add(Range word)
        {
            words.Add(word);
            return true;
        }
    }

    /// <summary>All ASCII signs that are neither letters nor digits count, as BERT has it.</summary>
    private static bool IsPunctuation(Rune rune) =>
        rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    private static bool IsChinese(int value) => value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}

/// <summary>Divides texts as BERT does; ML.NET's own division leaves underscores in words.</summary>
internal sealed class BasicWordsPreTokenizer(bool splitChinese) : PreTokenizer
{
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) =>
        BasicWords.Of(text, splitChinese).ConvertAll(word => (word.Start.Value, word.End.Value - word.Start.Value));
}
