using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Tests;
using Seven.Tokens;

namespace Seven.Core.Tests.Tokens;

/// <summary>The files that describe tokenizers: each kind gives the same tokens, is saved as it was read, and is refused by name where it is damaged.</summary>
[TestClass]
[TestCategory("Tokens")]
public sealed class TokenizerFileTests
{
    private static readonly string[] s_texts =
        ["The river is wide, don't you think?", "  two  spaces\tand 3 tabs\n", "naïve café 東京 😀", "a<s>b</s> <mask> c", "½ ﬁne e\u0301", "", "ends in spaces   ", "𠮷野家 𝒜𝓁", "a \u200b b", "\u200b", "\0", "\u00ad", "\ud800"];

    private static readonly TextConfiguration s_roberta = new() { Architecture = Architecture.XlmRoberta, VocabularySize = 1 << 20, PaddingToken = 1, SegmentKinds = 1 };

    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Byte_pairs_have_the_same_tokens_by_tokenizer_json_and_by_their_two_files()
    {
        string original = Path.Combine(TestFolders.Data("tokens"), "bpe");
        var vocabulary = JsonNode.Parse(File.ReadAllText(Path.Combine(original, "vocab.json")))!.AsObject();
        string[] merges = [.. File.ReadAllLines(Path.Combine(original, "merges.txt")).Skip(1).Where(line => line.Length > 0)];
        var whole = new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. ((string[])["<s>", "<pad>", "</s>", "<unk>", "<mask>"]).Select(token => Added(token, vocabulary[token]!.GetValue<int>()))]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
            ["post_processor"] = JsonNode.Parse("""{ "type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false }"""),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = "<unk>",
                ["vocab"] = vocabulary.DeepClone(),
                ["merges"] = new JsonArray([.. merges.Select(Pair)]),
            },
        };
        AssertSame(original, whole);

        // Older files write a pair with a space.
        whole["model"]!["merges"] = new JsonArray([.. merges.Select(merge => JsonValue.Create(merge))]);
        AssertSame(original, whole);
    }

    [TestMethod]
    public void Pieces_of_SentencePiece_have_the_same_tokens_by_tokenizer_json_and_by_their_model()
    {
        string original = Path.Combine(TestFolders.Data("tokens"), "unigram");
        var (pieces, characterMap) = ModelOf(Path.Combine(original, "sentencepiece.bpe.model"));
        // As Hugging Face's converter numbers XLM-R's: four tokens of its own, the model's pieces without its first three, and the mask.
        (string, float)[] numbered = [("<s>", 0), ("<pad>", 0), ("</s>", 0), ("<unk>", 0), .. pieces.Skip(3), ("<mask>", 0)];
        AssertSame(original, UnigramJson(numbered, characterMap, """{ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true }"""));
        AssertSame(original, UnigramJson(numbered, characterMap,
            """{ "type": "Sequence", "pretokenizers": [{ "type": "WhitespaceSplit" }, { "type": "Metaspace", "replacement": "▁", "add_prefix_space": true }] }"""));
    }

    [TestMethod]
    public void Word_pieces_have_the_same_tokens_by_tokenizer_json_and_by_their_list()
    {
        string original = TestFolders.Data("bert-vocab");
        string[] tokens = File.ReadAllLines(Path.Combine(original, "vocab.txt"));
        var vocabulary = new JsonObject();
        for (int i = 0; i < tokens.Length; i++)
            vocabulary[tokens[i]] = i;
        AssertSame(original, new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]).Select(token => Added(token, Array.IndexOf(tokens, token)))]),
            ["normalizer"] = JsonNode.Parse("""{ "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true }"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{ "type": "BertPreTokenizer" }"""),
            ["post_processor"] = JsonNode.Parse("""
                { "type": "TemplateProcessing",
                  "single": [{ "SpecialToken": { "id": "[CLS]", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "[SEP]", "type_id": 0 } }],
                  "pair": [{ "SpecialToken": { "id": "[CLS]", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "[SEP]", "type_id": 0 } },
                           { "Sequence": { "id": "B", "type_id": 1 } }, { "SpecialToken": { "id": "[SEP]", "type_id": 1 } }],
                  "special_tokens": { "[CLS]": { "id": "[CLS]", "ids": [101], "tokens": ["[CLS]"] }, "[SEP]": { "id": "[SEP]", "ids": [102], "tokens": ["[SEP]"] } } }
                """),
            ["model"] = new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = vocabulary },
        });
    }

    /// <summary>ModernBERT's: words keep the spaces before them, runs of spaces are tokens, texts are composed first, and a text's first word may be given a space.</summary>
    [TestMethod]
    public void Added_tokens_normal_forms_and_first_spaces_are_as_the_file_says()
    {
        string letters = string.Join(", ", ((string[])["<s>", "</s>", "a", "b", "Ġ", "Ã", "©", "Ã©", "Ġa"]).Select((token, i) => $"\"{token}\": {i}"));
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), $$"""
            { "added_tokens": [{ "id": 9, "content": "   ", "special": false }, { "id": 10, "content": "[X]", "lstrip": true }, { "id": 11, "content": "cat", "single_word": true }],
              "normalizer": { "type": "NFC" }, "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": true },
              "post_processor": { "type": "BertProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0] },
              "model": { "type": "BPE", "vocab": { {{letters}} }, "merges": ["Ã ©", "Ġ a"] } }
            """);
        var tokenizer = TokenizerFolder.Read(_folder, s_roberta);
        PlacedToken[] Tokens(string text) => [.. tokenizer.EncodeWithPlaces(text)];
        CollectionAssert.AreEqual(new PlacedToken[] { new(8, 0, 1), new(3, 1, 2) }, Tokens("ab"));
        CollectionAssert.AreEqual(new PlacedToken[] { new(4, 0, 0), new(7, 0, 2), new(3, 2, 3) }, Tokens("e\u0301b"), "a letter and its accent are one token, with the place of both");
        CollectionAssert.AreEqual(new PlacedToken[] { new(8, 0, 1), new(9, 1, 4), new(8, 4, 5) }, Tokens("a   a"));
        CollectionAssert.AreEqual(new PlacedToken[] { new(8, 0, 1), new(10, 1, 6) }, Tokens("a  [X]"), "white space before it belongs to it");
        CollectionAssert.AreEqual(new[] { 11 }, Tokens("cat").Select(token => token.Id).ToArray());
        Assert.DoesNotContain(11, Tokens("acat").Select(token => token.Id));
        CollectionAssert.AreEqual(new[] { 0, 8, 1, 8, 3, 1 }, tokenizer.Join([8], [8, 3], 9).Tokens.ToArray());
        Assert.IsNull(tokenizer.Join([8], [8, 3], 9).Segments, "XLM-R knows one segment");
    }

    [TestMethod]
    [DataRow("""{ "model": { "type": "WordLevel", "vocab": {} } }""", "WordLevel; expected WordPiece, BPE or Unigram")]
    [DataRow("""{ "model": { "type": "WordPiece", "vocab": { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2 } }, "normalizer": { "type": "NFKC" } }""", "NFKC")]
    [DataRow("""{ "model": { "type": "BPE", "vocab": { "a": 0, "b": 0 }, "merges": [] } }""", "'b' the number 0")]
    [DataRow("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": ["a"] }, "pre_tokenizer": { "type": "ByteLevel" }, "post_processor": { "type": "RobertaProcessing", "sep": ["a", 0], "cls": ["a", 0] } }""", "is not a tokenizer")]
    [DataRow("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [], "end_of_word_suffix": "</w>" } }""", "suffix")]
    [DataRow("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "pre_tokenizer": { "type": "Whitespace" } }""", "Whitespace")]
    [DataRow("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "pre_tokenizer": { "type": "ByteLevel" }, "normalizer": { "type": "Lowercase" } }""", "Lowercase")]
    [DataRow("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": [] }, "pre_tokenizer": { "type": "ByteLevel" } }""", "missing; expected a post_processor")]
    [DataRow("""{ "added_tokens": [{ "id": 0, "content": "" }], "model": { "type": "WordPiece", "vocab": { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2 } } }""", "at least one character")]
    [DataRow("""{ "added_tokens": [{ "id": -1, "content": "x" }], "model": { "type": "WordPiece", "vocab": { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2 } } }""", "from 0 on")]
    [DataRow("""{ "model": { "type": "Unigram", "unk_id": 5, "vocab": [["a", 0]] }, "pre_tokenizer": { "type": "Metaspace" } }""", "has 5; expected the number of one of 1 pieces")]
    [DataRow("""{ "model": { "type": "Unigram", "unk_id": 0, "vocab": [["a", 0, 1]] }, "pre_tokenizer": { "type": "Metaspace" } }""", "a piece and its score")]
    [DataRow("""{ "model": { "type": "Unigram", "unk_id": 0, "vocab": [["a", 0]] }, "pre_tokenizer": { "type": "Metaspace" }, "normalizer": { "type": "Lowercase" } }""", "Lowercase")]
    public void A_tokenizer_that_is_damaged_or_not_known_is_refused_by_name(string json, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), json);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFolder.Read(_folder, s_roberta));
        Assert.Contains(expected, exception.Message);
        Assert.Contains("tokenizer.json", exception.Message);
    }

    [TestMethod]
    public void Files_that_are_missing_damaged_or_of_another_model_are_refused_by_name()
    {
        Assert.Contains("has no vocabulary", Assert.ThrowsExactly<FileNotFoundException>(() => TokenizerFolder.Read(_folder, s_roberta)).Message);
        string pieces = Path.Combine(_folder, "vocab.json"), merges = Path.Combine(_folder, "merges.txt");
        File.WriteAllText(pieces, """{ "<s>": 0, "</s>": 1, "<unk>": 2, "a": 3 }""");
        Assert.Contains("without merges.txt", Assert.ThrowsExactly<FileNotFoundException>(() => TokenizerFolder.Read(_folder, s_roberta)).Message);
        File.WriteAllText(merges, "#version: 0.2\na b\n");
        Assert.Contains("merges.txt", Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFolder.Read(_folder, s_roberta)).Message);
        File.WriteAllText(merges, "#version: 0.2\n");
        Assert.Contains("expected a vector for each token", Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFolder.Read(_folder, s_roberta with { VocabularySize = 3 })).Message);
        File.WriteAllText(pieces, """{ "a": 0 }""");
        Assert.Contains("without <s>", Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFolder.Read(_folder, s_roberta)).Message);
        File.Delete(pieces);
        foreach (byte[] damaged in (byte[][])[[], [1, 2, 3, 4], [.. Enumerable.Repeat((byte)0xFF, 100)]])
        {
            File.WriteAllBytes(Path.Combine(_folder, "sentencepiece.bpe.model"), damaged);
            Assert.Contains("sentencepiece.bpe.model", Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFolder.Read(_folder, s_roberta)).Message);
        }
    }

    private static JsonObject Added(string token, int id) => new JsonObject { ["id"] = id, ["content"] = token, ["lstrip"] = token == "<mask>", ["special"] = true };

    private static JsonNode Pair(string merge) => new JsonArray([.. merge.Split(' ').Select(token => JsonValue.Create(token))]);

    private static JsonObject UnigramJson((string Piece, float Score)[] pieces, byte[] characterMap, string words) => new()
    {
        ["added_tokens"] = new JsonArray([.. ((int[])[0, 1, 2, 3, pieces.Length - 1]).Select(id => Added(pieces[id].Piece, id))]),
        ["normalizer"] = characterMap.Length == 0 ? null : new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(characterMap) },
        ["pre_tokenizer"] = JsonNode.Parse(words),
        ["post_processor"] = JsonNode.Parse("""
            { "type": "TemplateProcessing",
              "single": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } }],
              "pair": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } },
                       { "SpecialToken": { "id": "</s>", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } }],
              "special_tokens": { "<s>": { "id": "<s>", "ids": [0], "tokens": ["<s>"] }, "</s>": { "id": "</s>", "ids": [2], "tokens": ["</s>"] } } }
            """),
        ["model"] = new JsonObject { ["type"] = "Unigram", ["unk_id"] = 3, ["vocab"] = new JsonArray([.. pieces.Select(piece => new JsonArray(piece.Piece, piece.Score))]) },
    };

    /// <summary>The pieces and the table of characters of SentencePiece's own file.</summary>
    private static (List<(string Piece, float Score)> Pieces, byte[] CharacterMap) ModelOf(string path)
    {
        var pieces = new List<(string, float)>();
        byte[] characterMap = [];
        var input = new CodedInputStream(File.ReadAllBytes(path));
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) is not (1 or 3))
            {
                input.SkipLastField();
                continue;
            }

            var message = input.ReadBytes().CreateCodedInput();
            (string text, float score) = ("", 0);
            while (message.ReadTag() is var field && field != 0)
            {
                switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagFieldNumber(field))
                {
                    case (1, 1): text = message.ReadString(); break;
                    case (1, 2): score = message.ReadFloat(); break;
                    case (3, 2): characterMap = message.ReadBytes().ToByteArray(); break;
                    default: message.SkipLastField(); break;
                }
            }

            if (WireFormat.GetTagFieldNumber(tag) == 1)
                pieces.Add((text, score));
        }

        return (pieces, characterMap);
    }

    /// <summary>Asserts that a folder and a <c>tokenizer.json</c> mean the same, also after both were saved.</summary>
    private void AssertSame(string original, JsonObject whole)
    {
        string json = Path.Combine(_folder, "json"), saved = Path.Combine(_folder, "saved"), again = Path.Combine(_folder, "again");
        foreach (string folder in (string[])[json, saved, again])
            Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(json, "tokenizer.json"), whole.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        var (expected, found) = (TokenizerFolder.Read(original, s_roberta), TokenizerFolder.Read(json, s_roberta));
        expected.Save(saved);
        found.Save(again);
        foreach (var tokenizer in (TextTokenizer[])[found, TokenizerFolder.Read(saved, s_roberta), TokenizerFolder.Read(again, s_roberta)])
        {
            foreach (string text in s_texts)
            {
                CollectionAssert.AreEqual(expected.EncodeWithPlaces(text).ToArray(), tokenizer.EncodeWithPlaces(text).ToArray(), text);
                CollectionAssert.AreEqual(expected.Join(expected.Encode(text), [5], 20).Tokens.ToArray(), tokenizer.Join(tokenizer.Encode(text), [5], 20).Tokens.ToArray(), text);
            }
        }

        Assert.IsTrue(found.ReadsLike(TokenizerFolder.Read(again, s_roberta)));
        Assert.IsTrue(expected.ReadsLike(TokenizerFolder.Read(saved, s_roberta)));
    }
}
