using Seven.Encoders.Architectures;

namespace Seven.Tokens;

/// <summary>A tokenizer of single pieces out of <c>tokenizer.json</c>, rewritten as the description that SentencePiece itself reads.</summary>
internal static class UnigramJson
{
    private const string ExpectedSpaces = "a pre_tokenizer of type Metaspace, alone or after WhitespaceSplit";

    /// <exception cref="InvalidDataException">The vocabulary is damaged, or a step is not known here.</exception>
    public static UnigramTokenizer Read(TokenizerJson json, IReadOnlyList<AddedToken> added, TokenizerFiles files, bool hasSegments)
    {
        var model = json.Required("model");
        if (model.Flag("byte_fallback", missing: false))
            throw new InvalidDataException($"{json.Path}: the Unigram model falls back to bytes; expected one that has an unknown token.");
        CheckSpaces(json.Optional("pre_tokenizer"));
        var pieces = model.Required("vocab").Items().Select(PieceOf).ToList();
        int unknown = model.Required("unk_id").Number();
        if ((uint)unknown >= (uint)pieces.Count)
            throw model.Required("unk_id").Unknown($"the number of one of {pieces.Count} pieces");
        var marks = added.Select(token => token.Id).ToHashSet();
        using var description = SentencePieceDescription.Write(pieces, unknown, marks.Contains, CharacterMap(json.Optional("normalizer")));
        return new UnigramTokenizer(SentencePieceFile.Open(description, json.Path), SentencePieceNumbers.Same(unknown), FrameJson.Read(json), added, files) { HasSegments = hasSegments };
    }

    /// <summary>A piece and its logarithmic probability: <c>["▁the", -3.5]</c>.</summary>
    private static (string Piece, float Score) PieceOf(TokenizerJson piece) => piece.Items() is [var text, var score] ? (text.Text(), score.Real()) : throw piece.Unknown("a piece and its score");

    private static void CheckSpaces(TokenizerJson words)
    {
        var steps = words.Steps("pretokenizers").Where(step => step.Type != "WhitespaceSplit").ToList();
        if (steps is not [{ Type: "Metaspace" } spaces] || (spaces.Text("replacement") ?? "▁") != "▁" || !spaces.Flag("add_prefix_space", missing: true)
            || spaces.Text("prepend_scheme") is "never")
            throw words.Unknown(ExpectedSpaces);
    }

    /// <summary>SentencePiece's table of characters; what only joins spaces is done with the words.</summary>
    private static byte[] CharacterMap(TokenizerJson normalizer)
    {
        var steps = normalizer.Steps("normalizers").Where(step => step.Type is not ("Replace" or "Strip") || !JoinsSpaces(step)).ToList();
        return steps switch
        {
            [] => [],
            [{ Type: "Precompiled" } table] => Convert.FromBase64String(table.Text("precompiled_charsmap") ?? ""),
            _ => throw normalizer.Unknown("a normalizer of type Precompiled, with nothing but the joining of spaces beside it"),
        };
    }

    private static bool JoinsSpaces(TokenizerJson step) => step.Type == "Strip" || (step.Optional("pattern").Text("Regex") is " {2,}" && step.Text("content") is " " or "▁");
}
