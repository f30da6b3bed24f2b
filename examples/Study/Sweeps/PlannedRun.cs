using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Study.Results;
using Study.Settings;
using Study.Tasks;

namespace Study.Sweeps;

/// <summary>A run that is to be done.</summary>
/// <param name="Task">The name of the task.</param>
/// <param name="Seed">The seed of order and dropout.</param>
/// <param name="Setting">What is run.</param>
internal sealed record PlannedRun(string Task, int Seed, StudySetting Setting)
{
    /// <summary>The task.</summary>
    [JsonIgnore]
    public StudyTask StudyTask => StudyTask.All.First(known => known.Name == Task);

    /// <summary>What must be done before: the dense model that this run starts or learns from; <see langword="null"/> for nothing.</summary>
    [JsonIgnore]
    public PlannedRun? Needs => Setting.NeedsDense ? this with { Setting = StudySetting.Dense(StudyTask.Epochs, StudyTask.LearningRate) } : null;

    /// <summary>A name of the run that is the same on every machine, for files.</summary>
    [JsonIgnore]
    public string Id => $"{Task}-{Seed}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())))[..12]}";

    /// <summary>Whether a result is that of this run.</summary>
    public bool IsOf(StudyRun result) => result.Is(Task, Seed, Setting);

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <exception cref="JsonException">The text is no run.</exception>
    public static PlannedRun FromJson(string json) => JsonSerializer.Deserialize<PlannedRun>(json, JsonSerializerOptions.Web) ?? throw new JsonException("The run is null.");

    /// <inheritdoc />
    public override string ToString() => $"{Setting.NameFor(StudyTask.Epochs, StudyTask.LearningRate)}, {Task}, seed {Seed}";
}
