using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Seven.Tokens;

/// <summary>Divides texts as GPT-2 does: English contractions, then runs of letters, of digits or of other signs, each with a space before it where there is one, and runs of white space.</summary>
/// <remarks>What GPT-2's regular expression says, over whole characters: .NET's own would take a letter outside the basic plane for two signs.</remarks>
internal sealed class ByteLevelWords : PreTokenizer
{
    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Digit,
        Sign,
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        var words = new List<(int, int)>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = EndOf(text, start);
            words.Add((start, end - start));
        }

        return words;
    }

    private static int EndOf(ReadOnlySpan<char> text, int start)
    {
        foreach (string contraction in s_contractions)
            if (text[start..].StartsWith(contraction, StringComparison.Ordinal))
                return start + contraction.Length;
        var kind = KindAt(text, start, out int next);
        if (kind != Kind.Space)
            return EndOfRun(text, next, kind);
        if (text[start] == ' ' && next < text.Length && KindAt(text, next, out int afterwards) is var following && following != Kind.Space)
            return EndOfRun(text, afterwards, following);

        // The last space of several, always one UTF-16 unit, goes with the word after it, unless there is none.
        int end = EndOfRun(text, next, Kind.Space);
        return end == text.Length || end == next ? end : end - 1;
    }

    private static int EndOfRun(ReadOnlySpan<char> text, int i, Kind kind)
    {
        while (i < text.Length && KindAt(text, i, out int next) == kind)
            i = next;
        return i;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int i, out int next)
    {
        Rune.DecodeFromUtf16(text[i..], out var rune, out int length);
        next = i + length;
        if (Rune.IsWhiteSpace(rune))
            return Kind.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
            _ => Kind.Sign,
        };
    }
}
