namespace Seven.Tokens;

/// <summary>The added tokens of <c>tokenizer.json</c>.</summary>
internal static class AddedTokensJson
{
    public static IReadOnlyList<AddedToken> Read(TokenizerJson json) =>
    [
        .. json.Optional("added_tokens").Items().Select(token => new AddedToken(
            token.Required("content").Text(), token.Required("id").Number(), token.Flag("lstrip", missing: false), token.Flag("rstrip", missing: false), token.Flag("single_word", missing: false))),
    ];
}
