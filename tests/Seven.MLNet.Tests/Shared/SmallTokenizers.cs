using System.Text.Json;

namespace Seven.MLNet.Tests;

/// <summary>Tokenizers of single letters, in the files that published models have.</summary>
internal static class SmallTokenizers
{
    private static readonly string[] s_marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];

    private static readonly string[] s_letters = [.. Enumerable.Range('a', 26).Concat(Enumerable.Range('A', 26)).Select(letter => ((char)letter).ToString()), ".", ","];

    /// <summary>RoBERTa's two files of byte pairs; the number of tokens.</summary>
    public static int WriteBytePairs(string folder)
    {
        string[] tokens = [.. s_marks, "Ġ", .. s_letters, "in", "Ġin"];
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(tokens.Select((token, i) => (token, i)).ToDictionary(pair => pair.token, pair => pair.i)));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), ["#version: 0.2", "i n", "Ġ in"]);
        return tokens.Length;
    }

    /// <summary>XLM-R's pieces as <c>tokenizer.json</c>; the number of tokens.</summary>
    public static int WritePieces(string folder)
    {
        string[] tokens = [.. s_marks, "▁", .. s_letters, "▁in"];
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), $$"""
            { "added_tokens": [{{string.Join(", ", s_marks.Select((token, i) => $$"""{ "id": {{i}}, "content": "{{token}}", "special": true }"""))}}],
              "normalizer": null, "pre_tokenizer": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always" },
              "post_processor": { "type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0] },
              "model": { "type": "Unigram", "unk_id": 3, "vocab": {{JsonSerializer.Serialize(tokens.Select((token, i) => new object[] { token, i < s_marks.Length ? 0 : -2 - token.Length }))}} } }
            """);
        return tokens.Length;
    }
}
