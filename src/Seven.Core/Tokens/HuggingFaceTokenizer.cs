using System.Text.Json;

namespace Seven.Tokens;

/// <summary><c>tokenizer.json</c>, where newer folders keep the vocabulary.</summary>
internal static class HuggingFaceTokenizer
{
    public static Vocabulary Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var model = Required(json.RootElement, "model", path);
            string kind = model.TryGetProperty("type", out var type) ? type.ToString() : "(none)";
            if (kind != "WordPiece")
                throw new InvalidDataException($"{path}: the model's type is {kind}; expected WordPiece, BERT's.");
            var tokens = Required(model, "vocab", path).EnumerateObject().OrderBy(token => token.Value.GetInt32()).ToList();
            if (tokens.Where((token, i) => token.Value.GetInt32() != i).Any())
                throw new InvalidDataException($"{path}: the vocabulary's numbers have gaps; expected 0 to {tokens.Count - 1}.");
            bool lowerCase = Flag(json.RootElement, "lowercase", missing: true);
            return new Vocabulary(
                [.. tokens.Select(token => token.Name)], lowerCase, Flag(json.RootElement, "strip_accents", lowerCase), Flag(json.RootElement, "handle_chinese_chars", missing: true))
                .Checked(path);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path} is not a tokenizer of Hugging Face's: {exception.Message}", exception);
        }
    }

    private static JsonElement Required(JsonElement element, string key, string path) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var found) ? found : throw new InvalidDataException($"{path} has no {key}; expected a tokenizer of Hugging Face's.");

    private static bool Flag(JsonElement root, string key, bool missing) =>
        root.TryGetProperty("normalizer", out var normalizer) && normalizer.ValueKind == JsonValueKind.Object
        && normalizer.TryGetProperty(key, out var flag) && flag.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? flag.GetBoolean()
            : missing;
}
