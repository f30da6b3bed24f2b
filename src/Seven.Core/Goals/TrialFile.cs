using System.Text.Json;
using System.Text.Json.Serialization;
using Seven.Formats;
using Seven.Inference;
using Seven.Reports;

namespace Seven.Goals;

/// <summary>Records the short trials of a search, so that a resumed search does not train them again.</summary>
internal sealed partial class TrialFile
{
    private readonly string? _path;
    private readonly Fingerprint _identity;
    private readonly Dictionary<string, SearchTrial> _trials = [];

    /// <param name="folder">The search's folder; <see langword="null"/> to remember nothing.</param>
    /// <param name="identity">All that changes what trials come to.</param>
    /// <exception cref="InvalidDataException">The folder holds a damaged file, or that of another search.</exception>
    public TrialFile(string? folder, Fingerprint identity)
    {
        _identity = identity;
        if (folder is null)
            return;
        _path = Path.Combine(folder, "trials.json");
        if (!File.Exists(_path))
            return;
        var contents = Read(_path);
        identity.Require(contents.Identity, $"{_path} is the record");
        _trials = contents.Trials;
    }

    /// <summary>The trial of that name: the one that was recorded, or a new one.</summary>
    public SearchTrial Of(string name, Func<SearchTrial> run)
    {
        if (_trials.TryGetValue(name, out var found))
            return found;
        var trial = _trials[name] = run();
        if (_path is not null)
            AtomicFile.Write(_path, stream => JsonSerializer.Serialize(stream, new Contents(_identity.Json, _trials), Json.Default.Contents));
        return trial;
    }

    private static Contents Read(string path)
    {
        try
        {
            var contents = JsonSerializer.Deserialize(File.ReadAllBytes(path), Json.Default.Contents) is { Trials: not null } read ? read : throw new JsonException("it holds no trials");
            return contents.Trials.Where(entry => !IsPossible(entry.Value)).Select(entry => entry.Key).FirstOrDefault() is { } impossible
                ? throw new JsonException($"the trial '{impossible}' is none that a search makes")
                : contents;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is no record of trials: {exception.Message}", exception);
        }
    }

    /// <summary>Trials that were measured without training, and full runs, are not recorded.</summary>
    private static bool IsPossible(SearchTrial? trial) =>
        trial is { Pattern: not null, Precision: nameof(Precision.Float32) or nameof(Precision.Int8), Sparsity: >= 0 and < 1, Epochs: > 0, IsFull: false, Bytes: > 0, Milliseconds: >= 0 };

    private sealed record Contents(string Identity, Dictionary<string, SearchTrial> Trials);

    /// <summary>Compiled ahead, so that programs can be trimmed.</summary>
    [JsonSerializable(typeof(Contents))]
    private sealed partial class Json : JsonSerializerContext;
}
