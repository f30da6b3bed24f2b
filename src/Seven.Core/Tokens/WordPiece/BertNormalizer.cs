using System.Globalization;
using System.Text;

namespace Seven.Tokens;

/// <summary>Normalizes texts as BERT does: control characters out, white space to spaces, accents off, lower case.</summary>
/// <param name="LowerCase">Whether texts are put in lower case.</param>
/// <param name="StripAccents">Whether accents are taken off.</param>
internal readonly record struct BertNormalizer(bool LowerCase, bool StripAccents)
{
    private const int CapitalIWithDot = 0x130;

    public NormalizedText Normalize(string text)
    {
        var result = new NormalizedText();
        Span<char> characters = stackalloc char[2];
        for (int i = 0; i < text.Length;)
        {
            // A lone half of a surrogate pair becomes U+FFFD, which is left out below.
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out int length);
            if (!IsLeftOut(rune))
                Append(result, rune, i, i + length, characters);
            i += length;
        }

        return result;
    }

    private void Append(NormalizedText result, Rune rune, int start, int end, Span<char> characters)
    {
        if (rune.IsAscii || !StripAccents)
        {
            AppendCased(result, rune, start, end, characters);
            return;
        }

        foreach (var part in rune.ToString().Normalize(NormalizationForm.FormD).EnumerateRunes())
            if (Rune.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark)
                AppendCased(result, part, start, end, characters);
    }

    private void AppendCased(NormalizedText result, Rune rune, int start, int end, Span<char> characters)
    {
        if (Rune.IsWhiteSpace(rune))
            result.Append(" ", start, end);
        else if (LowerCase && rune.Value == CapitalIWithDot)
            // The only letter that becomes two; .NET's invariant culture leaves it as it is.
            result.Append("i\u0307", start, end);
        else
            result.Append(characters[..(LowerCase ? Rune.ToLowerInvariant(rune) : rune).EncodeToUtf16(characters)], start, end);
    }

    private static bool IsLeftOut(Rune rune) => rune.Value is 0 or 0xFFFD
        || (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse && rune.Value is not ('\t' or '\n' or '\r'));
}
