using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Seven.AspNetCore;

/// <summary>Reads the body of a request, and refuses what the service does not take.</summary>
internal sealed class RequestReader(RequestLimits limits)
{
    /// <summary>The text of <c>{"text": "…"}</c>.</summary>
    /// <exception cref="ProblemException">The body is something else, or the text is blank or too long.</exception>
    public async Task<string> ReadText(PipeReader body, CancellationToken cancellationToken)
    {
        string text = (await Read(body, Messages.Default.TextRequest, """{"text": "…"}""", cancellationToken)).Text;
        Check(text, "The text");
        return text;
    }

    /// <summary>The texts of <c>{"texts": ["…"]}</c>.</summary>
    /// <exception cref="ProblemException">The body is something else, there are no texts or too many, or one is blank or too long.</exception>
    public async Task<IReadOnlyList<string>> ReadTexts(PipeReader body, CancellationToken cancellationToken)
    {
        var texts = (await Read(body, Messages.Default.BatchRequest, """{"texts": ["…"]}""", cancellationToken)).Texts;
        if (texts.Count == 0)
            throw new ProblemException(Problem.NoTexts, "There are no texts; expected at least one.");
        if (texts.Count > limits.MaximumTexts)
            throw new ProblemException(Problem.TooManyTexts, $"There are {texts.Count} texts; expected at most {limits.MaximumTexts}.");
        for (int index = 0; index < texts.Count; index++)
            Check(texts[index], $"Text {index}");
        return texts;
    }

    private async Task<T> Read<T>(PipeReader body, JsonTypeInfo<T> type, string expected, CancellationToken cancellationToken)
        where T : class
    {
        byte[] bytes = await ReadAll(body, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(bytes, type)
                ?? throw new ProblemException(Problem.InvalidJson, $"The body is null; expected {expected}.");
        }
        catch (JsonException exception)
        {
            throw new ProblemException(Problem.InvalidJson, $"The body is not what was expected at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}, {exception.Path}; expected {expected}.");
        }
    }

    private async Task<byte[]> ReadAll(PipeReader body, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(cancellationToken);
                var (start, end, length) = (read.Buffer.Start, read.Buffer.End, read.Buffer.Length);
                byte[]? bytes = read.IsCompleted && length <= limits.MaximumBodyBytes ? read.Buffer.ToArray() : null;
                body.AdvanceTo(bytes is null && length <= limits.MaximumBodyBytes ? start : end, end);
                if (length > limits.MaximumBodyBytes)
                    throw new ProblemException(Problem.BodyTooLarge, $"The body has more than {limits.MaximumBodyBytes} bytes; expected at most as many.");
                if (bytes is not null)
                    return bytes;
            }
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // Such as a chunk whose size is no number.
            throw new ProblemException(Problem.InvalidBody, exception.Message);
        }
    }

    private void Check(string? text, string name)
    {
        // Serializers do not check the items of lists for null.
        if (text is null)
            throw new ProblemException(Problem.InvalidJson, $"{name} is null; expected a text.");
        if (text.Length > limits.MaximumCharacters)
            throw new ProblemException(Problem.TextTooLong, $"{name} has {text.Length} characters; expected at most {limits.MaximumCharacters}.");
        if (string.IsNullOrWhiteSpace(text))
            throw new ProblemException(Problem.BlankText, $"{name} is blank; expected at least one word.");
    }
}
