using System.Text.Json;

namespace Seven.Tokens;

/// <summary>A part of <c>tokenizer.json</c>, Hugging Face's description of a whole tokenizer; each error names the file, what was found and what was expected.</summary>
internal readonly struct TokenizerJson(string path, JsonElement element)
{
    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Whether it is an object, and not null.</summary>
    public bool Exists => element.ValueKind == JsonValueKind.Object;

    /// <summary>The type of the part, such as WordPiece.</summary>
    public string Type => Exists && element.TryGetProperty("type", out var type) ? type.ToString() : "(none)";

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or describes a tokenizer that is not known here.</exception>
    public static T Read<T>(string path, Func<TokenizerJson, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(new TokenizerJson(path, json.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is not a tokenizer of Hugging Face's: {exception.Message}", exception);
        }
    }

    /// <summary>A part that must be there.</summary>
    public TokenizerJson Required(string key) => Exists && element.TryGetProperty(key, out var found)
        ? new TokenizerJson(path, found)
        : throw new InvalidDataException($"{path} has no {key}; expected a tokenizer of Hugging Face's.");

    /// <summary>A part that may be missing or null.</summary>
    public TokenizerJson Optional(string key) => new(path, Exists && element.TryGetProperty(key, out var found) ? found : default);

    /// <summary>The parts that a part of type Sequence holds, or itself alone; none if it is missing.</summary>
    /// <param name="key">Under what a sequence holds them.</param>
    public IReadOnlyList<TokenizerJson> Steps(string key) => !Exists ? [] : Type == "Sequence" ? Required(key).Items() : [this];

    /// <summary>The items of a list; none if it is missing.</summary>
    public IReadOnlyList<TokenizerJson> Items()
    {
        string file = path;
        return element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().Select(item => new TokenizerJson(file, item))] : [];
    }

    /// <summary>The members of an object; none if it is missing.</summary>
    public IReadOnlyList<(string Name, TokenizerJson Value)> Members()
    {
        string file = path;
        return Exists ? [.. element.EnumerateObject().Select(member => (member.Name, new TokenizerJson(file, member.Value)))] : [];
    }

    public bool Flag(string key, bool missing) =>
        Exists && element.TryGetProperty(key, out var flag) && flag.ValueKind is JsonValueKind.True or JsonValueKind.False ? flag.GetBoolean() : missing;

    /// <summary>A text; <see langword="null"/> if it is missing or something else.</summary>
    public string? Text(string key) => Exists && element.TryGetProperty(key, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    public string Text() => element.GetString() ?? throw Unknown("a text");

    public int Number() => element.GetInt32();

    public float Real() => element.GetSingle();

    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <summary>The error of a part that is not supported.</summary>
    /// <param name="expected">What would be.</param>
    public InvalidDataException Unknown(string expected)
    {
        string text = element.ValueKind == JsonValueKind.Undefined ? "missing" : element.GetRawText();
        return new($"{path} has {(text.Length > 200 ? text[..200] + "…" : text)}; expected {expected}.");
    }
}
