namespace Seven.Tokens;

/// <summary>BERT's tokenizer out of <c>tokenizer.json</c>.</summary>
internal static class WordPieceJson
{
    /// <exception cref="InvalidDataException">The vocabulary is damaged, or a step is none of BERT's.</exception>
    public static WordPieceTokenizer Read(TokenizerJson json, string folder, IReadOnlyList<AddedToken> added, TokenizerFiles files, bool hasSegments)
    {
        var model = json.Required("model");
        var tokens = model.Required("vocab").Members().Select(token => (token.Name, Number: token.Value.Number())).OrderBy(token => token.Number).ToList();
        if (tokens.Where((token, i) => token.Number != i).Any())
            throw new InvalidDataException($"{json.Path}: the vocabulary's numbers have gaps; expected 0 to {tokens.Count - 1}.");
        if ((model.Text("continuing_subword_prefix") ?? "##") != "##")
            throw model.Unknown("a continuing_subword_prefix of ##");
        var normalizer = json.Optional("normalizer");
        if (normalizer.Exists && normalizer.Type is not ("BertNormalizer" or "(none)"))
            throw normalizer.Unknown("a BertNormalizer, WordPiece's");
        bool lowerCase = normalizer.Flag("lowercase", missing: true);
        var vocabulary = new Vocabulary(
            [.. tokens.Select(token => token.Name)], lowerCase, normalizer.Flag("strip_accents", lowerCase), normalizer.Flag("handle_chinese_chars", missing: true))
            .Checked(json.Path).With(folder);
        var frame = json.Optional("post_processor").Exists ? FrameJson.Read(json) : TokenFrame.Bert(vocabulary.NumberOf(Vocabulary.Start), vocabulary.NumberOf(Vocabulary.Separator));
        return new WordPieceTokenizer(vocabulary, frame, added.Count > 0 ? added : vocabulary.AddedTokens(), files) { HasSegments = hasSegments };
    }
}
