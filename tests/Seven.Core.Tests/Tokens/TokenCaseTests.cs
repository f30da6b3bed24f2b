using System.Text.Json;
using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Tests;
using Seven.Tokens;

namespace Seven.Core.Tests.Tokens;

/// <summary>Numbers and places that Hugging Face's tokenizers gave, over real and awkward texts.</summary>
/// <remarks>The folder is that of <c>SEVEN_TOKENS</c>, or of the project's data: files of cases, beside each a folder of the same name with the vocabulary.</remarks>
[TestClass]
[TestCategory("Tokens")]
public sealed class TokenCaseTests
{
    private static string? Folder => Environment.GetEnvironmentVariable("SEVEN_TOKENS") is { Length: > 0 } named ? named : TestFolders.TryData("tokens");

    public static IEnumerable<string> Cases => Folder is not { } folder
        ? ["none"]
        : Directory.EnumerateFiles(folder, "*.json").Where(path => !Path.GetFileName(path).Contains("embedding", StringComparison.Ordinal)).Select(path => Path.GetFileNameWithoutExtension(path));

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Every_text_has_the_numbers_and_the_places_that_Hugging_Face_gives_it(string name)
    {
        using var cases = CasesOf(name);
        var tokenizer = TokenizerOf(name);
        int longest = cases.RootElement.GetProperty("longest").GetInt32();
        int compared = 0;
        foreach (var item in cases.RootElement.GetProperty("texts").EnumerateArray())
        {
            string text = item.GetProperty("text").GetString()!;
            var tokens = tokenizer.EncodeWithPlaces(text);
            var input = tokenizer.Join([.. tokens.Select(token => token.Id)], longest);
            CollectionAssert.AreEqual(Numbers(item, "ids"), input.Tokens.ToArray(), text);
            if (item.TryGetProperty("offsets", out var offsets))
                CollectionAssert.AreEqual(Places(offsets), tokens.Take(input.Tokens.Count - 2).Select(token => InCodePoints(text, token)).ToArray(), text);
            compared++;
        }

        Assert.IsGreaterThan(20, compared);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Every_pair_is_cut_and_joined_as_Hugging_Face_does_it(string name)
    {
        using var cases = CasesOf(name);
        if (!cases.RootElement.TryGetProperty("pairs", out var pairs))
            return;
        var tokenizer = TokenizerOf(name);
        int longest = cases.RootElement.GetProperty("longest").GetInt32();
        foreach (var item in pairs.EnumerateArray())
        {
            string first = item.GetProperty("first").GetString()!, second = item.GetProperty("second").GetString()!;
            var input = tokenizer.Join(tokenizer.Encode(first), tokenizer.Encode(second), longest);
            CollectionAssert.AreEqual(Numbers(item, "ids"), input.Tokens.ToArray(), $"{first} / {second}");
            if (item.TryGetProperty("types", out _))
                CollectionAssert.AreEqual(Numbers(item, "types"), input.Segments!.ToArray(), $"{first} / {second}");
        }
    }

    private static JsonDocument CasesOf(string name)
    {
        if (Folder is null)
            Assert.Inconclusive("There are no cases of tokens here; set SEVEN_TOKENS to their folder.");
        return JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json")));
    }

    private static TextTokenizer TokenizerOf(string name)
    {
        string[] folders = [Path.Combine(Folder!, name), Path.Combine(Folder!, "bert-vocab"), Path.Combine(Folder!, "..", "bert-vocab"), TestFolders.TryData("bert-vocab") ?? ""];
        string vocabulary = folders.First(TokenizerFolder.IsIn);
        bool isBert = File.Exists(Path.Combine(vocabulary, TokenizerFiles.WordPieces));
        return TokenizerFolder.Read(
            vocabulary, new TextConfiguration { Architecture = isBert ? Architecture.Bert : Architecture.XlmRoberta, VocabularySize = 1 << 20, PaddingToken = 1 });
    }

    private static int[] Numbers(JsonElement item, string key) => [.. item.GetProperty(key).EnumerateArray().Select(number => number.GetInt32())];

    /// <summary>Without those of the marks at both ends.</summary>
    private static (int Start, int End)[] Places(JsonElement offsets) => [.. offsets.EnumerateArray().Select(place => (place[0].GetInt32(), place[1].GetInt32())).Skip(1).SkipLast(1)];

    private static (int Start, int End) InCodePoints(string text, PlacedToken token) => (CodePoints(text, token.Start), CodePoints(text, token.End));

    private static int CodePoints(string text, int end) => text.AsSpan(0, end).ToString().EnumerateRunes().Count();
}
