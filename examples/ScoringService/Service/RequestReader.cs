using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ScoringService.Service;

/// <summary>Reads the body of a request, and refuses what the service does not take.</summary>
internal sealed class RequestReader(RequestLimits limits)
{
    /// <summary>The text of <c>{"text": "…"}</c>.</summary>
    /// <exception cref="ProblemException">The body is something else, or the text is blank or too long.</exception>
    public async Task<string> ReadText(Stream body, CancellationToken cancellation)
    {
        string text = (await Read(body, Messages.Default.ClassificationRequest, """{"text": "…"}""", cancellation)).Text;
        Check(text, "The text");
        return text;
    }

    /// <summary>The texts of <c>{"texts": ["…"]}</c>.</summary>
    /// <exception cref="ProblemException">The body is something else, there are no texts or too many, or one is blank or too long.</exception>
    public async Task<IReadOnlyList<string>> ReadTexts(Stream body, CancellationToken cancellation)
    {
        var texts = (await Read(body, Messages.Default.BatchRequest, """{"texts": ["…"]}""", cancellation)).Texts;
        if (texts.Count == 0)
            throw new ProblemException(Problem.NoTexts, "There are no texts; expected at least one.");
        if (texts.Count > limits.Texts)
            throw new ProblemException(Problem.TooManyTexts, $"There are {texts.Count} texts; expected at most {limits.Texts}.");
        for (int index = 0; index < texts.Count; index++)
            Check(texts[index], $"Text {index}");
        return texts;
    }

    private static async Task<T> Read<T>(Stream body, JsonTypeInfo<T> type, string expected, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(body, type, cancellation)
                ?? throw new ProblemException(Problem.InvalidJson, $"The body is null; expected {expected}.");
        }
        catch (JsonException exception)
        {
            string place = exception.LineNumber is { } line ? $"line {line + 1}, byte {exception.BytePositionInLine + 1}" : "its end";
            throw new ProblemException(Problem.InvalidJson, $"The body is not what was expected at {place}, {exception.Path ?? "$"}; expected {expected}.");
        }
    }

    private void Check(string? text, string name)
    {
        // Serializers do not check the items of lists for null.
        if (text is null)
            throw new ProblemException(Problem.InvalidJson, $"{name} is null; expected a text.");
        if (text.Length > limits.Characters)
            throw new ProblemException(Problem.TextTooLong, $"{name} has {text.Length} characters; expected at most {limits.Characters}.");
        if (string.IsNullOrWhiteSpace(text))
            throw new ProblemException(Problem.BlankText, $"{name} is blank; expected at least one word.");
    }
}
