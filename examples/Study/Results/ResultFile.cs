using System.Text.Json;

namespace Study.Results;

/// <summary>Results, a line of JSON each, which is written as soon as a run is done.</summary>
/// <param name="path">The file, made with its first line.</param>
internal sealed class ResultFile(string path)
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    /// <summary>All runs so far.</summary>
    /// <exception cref="InvalidDataException">A line is no result.</exception>
    public IReadOnlyList<StudyRun> Read() => File.Exists(path) ? [.. File.ReadLines(path).Select(Parse)] : [];

    public void Append(StudyRun run) => File.AppendAllText(path, JsonSerializer.Serialize(run, s_options) + "\n");

    private StudyRun Parse(string line, int index)
    {
        try
        {
            return JsonSerializer.Deserialize<StudyRun>(line, s_options) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Line {index + 1} of {path} is no result of the study: {exception.Message}", exception);
        }
    }
}
