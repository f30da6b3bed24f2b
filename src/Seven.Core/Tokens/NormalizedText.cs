using System.Globalization;
using System.Text;

namespace Seven.Tokens;

/// <summary>A text after normalization, of which each character knows where it came from.</summary>
internal sealed class NormalizedText
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _starts = [];
    private readonly List<int> _ends = [];

    /// <summary>The normalized text.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Appends characters that replace those from <paramref name="start"/> to <paramref name="end"/> of the original text.</summary>
    public void Append(ReadOnlySpan<char> characters, int start, int end)
    {
        _text.Append(characters);
        for (int i = 0; i < characters.Length; i++)
        {
            _starts.Add(start);
            _ends.Add(end);
        }
    }

    /// <summary>Returns the positions in the original text of characters of the normalized one.</summary>
    /// <param name="start">The first one.</param>
    /// <param name="end">The one after the last.</param>
    public (int Start, int End) PlaceOf(int start, int end) => end > start ? (_starts[start], _ends[end - 1])
        : start < _starts.Count ? (_starts[start], _starts[start])
        : _ends.Count > 0 ? (_ends[^1], _ends[^1]) : (0, 0);

    /// <summary>Appends a whole text in one of Unicode's forms, or as it is.</summary>
    public void Append(string text, NormalizationForm? form)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            for (end = start + 1; end < text.Length && Continues(text, end); end++)
            {
            }

            string characters = text[start..end];
            // A lone half of a surrogate pair has no normal form.
            if (form is { } normal && IsWellFormed(characters) && !characters.IsNormalized(normal))
                Append(characters.Normalize(normal), start, end);
            else
                AppendSame(text, start, end);
        }
    }

    private void AppendSame(string text, int start, int end)
    {
        for (int i = start; i < end; i++)
            Append(text.AsSpan(i, 1), i, i + 1);
    }

    /// <summary>Whether a character may become one with those before it: marks, vowels and final consonants of Hangul, and the second half of a surrogate pair.</summary>
    private static bool Continues(string text, int i) => text[i] is >= 'ᅠ' and <= 'ᇿ' || char.IsLowSurrogate(text[i])
        || CharUnicodeInfo.GetUnicodeCategory(text, i) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }

        return true;
    }
}
