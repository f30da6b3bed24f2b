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

    public void Append(StudyRun run) => File.AppendAllText(path, ToJson(run) + "\n");

    /// <summary>Adds those results of other machines that the file lacks, also while another process does the same.</summary>
    public void Add(IEnumerable<StudyRun> runs)
    {
        using var only = new Mutex(initiallyOwned: false, @"Global\seven-study-results");
        try
        {
            only.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // The process that held it was killed; lines are written whole or not at all.
        }

        try
        {
            var known = Read();
            foreach (var run in runs.Where(run => !known.Any(other => other.Is(run.Task, run.Seed, run.Setting))))
                Append(run);
        }
        finally
        {
            only.ReleaseMutex();
        }
    }

    /// <summary>A result as a line of the file.</summary>
    public static string ToJson(StudyRun run) => JsonSerializer.Serialize(run, s_options);

    /// <exception cref="JsonException">The line is no result.</exception>
    public static StudyRun FromJson(string line) => JsonSerializer.Deserialize<StudyRun>(line, s_options) ?? throw new JsonException("it is null");

    private StudyRun Parse(string line, int index)
    {
        try
        {
            return FromJson(line);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Line {index + 1} of {path} is no result of the study: {exception.Message}", exception);
        }
    }
}
