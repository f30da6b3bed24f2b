namespace Seven.Tokens;

/// <summary>The added tokens of <c>tokenizer.json</c>.</summary>
internal static class AddedTokensJson
{
    /// <exception cref="InvalidDataException">One has no text, or a number below 0.</exception>
    public static IReadOnlyList<AddedToken> Read(TokenizerJson json) =>
    [
        .. json.Optional("added_tokens").Items().Select(token => new AddedToken(
            Content(token.Required("content")), Id(token.Required("id")), token.Flag("lstrip", missing: false), token.Flag("rstrip", missing: false), token.Flag("single_word", missing: false))),
    ];

    /// <summary>A token without text would match before every character, without end.</summary>
    private static string Content(TokenizerJson content) => content.Text() is { Length: > 0 } text ? text : throw content.Unknown("an added token of at least one character");

    private static int Id(TokenizerJson id) => id.Number() is >= 0 and var number ? number : throw id.Unknown("the number of an added token, from 0 on");
}
