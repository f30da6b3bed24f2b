using System.Text;

namespace Seven.Tokens;

/// <summary>A tokenizer of byte pairs out of <c>tokenizer.json</c>.</summary>
internal static class BytePairJson
{
    /// <exception cref="InvalidDataException">The vocabulary is damaged, or a step is not known here.</exception>
    public static BytePairTokenizer Read(TokenizerJson json, IReadOnlyList<AddedToken> added, TokenizerFiles files, bool hasSegments)
    {
        var model = json.Required("model");
        if (model.Text("continuing_subword_prefix") is { Length: > 0 } || model.Text("end_of_word_suffix") is { Length: > 0 } || model.Flag("byte_fallback", missing: false)
            || model.Flag("ignore_merges", missing: false))
            throw new InvalidDataException($"{json.Path}: the BPE model has a prefix, a suffix, byte_fallback or ignore_merges; expected byte-level pairs, as GPT-2's and RoBERTa's.");
        return new BytePairTokenizer(
            BytePairFiles.Vocabulary(model.Required("vocab")), [.. model.Required("merges").Items().Select(Merge)], model.Text("unk_token"), Rules(json), FrameJson.Read(json), added, files)
        {
            HasSegments = hasSegments,
        };
    }

    /// <summary>A pair: <c>"a b"</c>, or <c>["a", "b"]</c> in newer files.</summary>
    private static string Merge(TokenizerJson merge) => merge.IsText ? merge.Text()
        : merge.Items() is [var left, var right] ? $"{left.Text()} {right.Text()}"
        : throw merge.Unknown("a pair of tokens");

    private static BytePairRules Rules(TokenizerJson json)
    {
        var words = json.Optional("pre_tokenizer");
        if (words.Type != "ByteLevel" || !words.Flag("use_regex", missing: true))
            throw words.Unknown("a pre_tokenizer of type ByteLevel with GPT-2's words");
        return new BytePairRules(Form(json.Optional("normalizer")), words.Flag("add_prefix_space", missing: true));
    }

    private static NormalizationForm? Form(TokenizerJson normalizer) => normalizer.Steps("normalizers") switch
    {
        [] => null,
        [{ Type: "NFC" }] => NormalizationForm.FormC,
        [{ Type: "NFD" }] => NormalizationForm.FormD,
        [{ Type: "NFKC" }] => NormalizationForm.FormKC,
        [{ Type: "NFKD" }] => NormalizationForm.FormKD,
        _ => throw normalizer.Unknown("no normalizer, or one of type NFC, NFD, NFKC or NFKD, with byte pairs"),
    };
}
