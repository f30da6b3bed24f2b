using System.Buffers;

namespace Seven.Tokens;

/// <summary>A token that is matched in texts as it is written, before the model's rules apply, such as <c>[MASK]</c>.</summary>
/// <param name="Content">How it is written.</param>
/// <param name="Id">Its number.</param>
/// <param name="TakesSpaceBefore">Whether white space before it belongs to it.</param>
/// <param name="TakesSpaceAfter">Whether white space after it belongs to it.</param>
/// <param name="IsWord">Whether it counts only where no letter or digit touches it.</param>
internal sealed record AddedToken(string Content, int Id, bool TakesSpaceBefore = false, bool TakesSpaceAfter = false, bool IsWord = false);

/// <summary>Divides texts at added tokens, the longest one first where several begin at a place.</summary>
internal sealed class AddedTokens
{
    private readonly AddedToken[] _tokens;
    private readonly SearchValues<string> _contents;

    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        _tokens = [.. tokens.OrderByDescending(token => token.Content.Length)];
        _contents = SearchValues.Create([.. _tokens.Select(token => token.Content)], StringComparison.Ordinal);
    }

    /// <summary>The added tokens of a text with the stretches before each, and at last the rest.</summary>
    public IEnumerable<(Range Before, PlacedToken? Token)> Divide(string text)
    {
        int start = 0, from = 0;
        while (_tokens.Length > 0 && from < text.Length && text.AsSpan(from).IndexOfAny(_contents) is >= 0 and var found)
        {
            int at = from + found;
            from = at + 1;
            if (_tokens.FirstOrDefault(token => IsAt(text, at, token)) is not { } token)
                continue;
            int end = at + token.Content.Length;
            for (; token.TakesSpaceBefore && at > start && char.IsWhiteSpace(text[at - 1]); at--)
            {
            }

            for (; token.TakesSpaceAfter && end < text.Length && char.IsWhiteSpace(text[end]); end++)
            {
            }

            yield return (start..at, new PlacedToken(token.Id, at, end));
            start = from = end;
        }

        yield return (start..text.Length, null);
    }

    private static bool IsAt(string text, int at, AddedToken token)
    {
        int end = at + token.Content.Length;
        return text.AsSpan(at).StartsWith(token.Content, StringComparison.Ordinal)
            && !(token.IsWord && ((at > 0 && char.IsLetterOrDigit(text[at - 1])) || (end < text.Length && char.IsLetterOrDigit(text[end]))));
    }
}
