using System.Globalization;
using Seven.Files;

namespace Seven.Pruning;

/// <summary>All that is remembered of one pruned array: its mask, and while pruning lasts its scores and the criterion's arrays.</summary>
internal sealed record LayerSnapshot(string Name, PruningMask Mask, float[] Scores, IReadOnlyList<float[]> Memory);

/// <summary>A pruner in the middle of its work as tensors, so that it can go on later.</summary>
internal sealed class PrunerState(ScheduleProgress progress, string criterion, IReadOnlyList<LayerSnapshot> layers)
{
    private const string Steps = "pruner.steps";
    private const string Criterion = "pruner.criterion";

    private string Description => $"{criterion}, {progress.Schedule}, {layers.Count} arrays";

    public void Save(string path) => SafetensorsWriter.Write(path, Tensors(), Metadata());

    public List<NamedTensor> Tensors()
    {
        var tensors = new List<NamedTensor>();
        foreach (var layer in layers)
        {
            tensors.Add(NamedTensor.Of(NameOf(layer, "mask"), layer.Mask.ToBytes()));
            foreach (var (name, values) in Arrays(layer))
                tensors.Add(NamedTensor.Of(name, [values.Length], values));
        }

        return tensors;
    }

    public Dictionary<string, string> Metadata() => new()
    {
        [Steps] = progress.StepsTaken.ToString(CultureInfo.InvariantCulture),
        [Criterion] = Description,
    };

    /// <summary>Reads into the arrays and the progress given.</summary>
    /// <exception cref="InvalidDataException">The file is of other weights or another criterion.</exception>
    public void Restore(SafetensorsFile file)
    {
        var metadata = file.Header.Metadata;
        if (!metadata.TryGetValue(Criterion, out string? description) || description != Description)
            throw new InvalidDataException($"{file.Path} is of a pruner with {description ?? "no criterion"}; expected {Description}.");
        if (!metadata.TryGetValue(Steps, out string? text) || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int steps))
            throw new InvalidDataException($"{file.Path} has {Steps} '{text}'; expected a whole number.");

        bool pruningIsOver = progress.Schedule.PhaseOf(steps) == PruningPhase.Recovery;
        foreach (var layer in layers)
        {
            layer.Mask.FromBytes(file.ReadBytes(NameOf(layer, "mask"), layer.Mask.Words.Length * sizeof(ulong)));
            if (pruningIsOver)
                continue;
            foreach (var (name, values) in Arrays(layer))
                file.Read(name, [values.Length], values);
        }

        progress.StepsTaken = steps;
    }

    private static IEnumerable<(string Name, float[] Values)> Arrays(LayerSnapshot layer)
    {
        if (layer.Scores.Length > 0)
            yield return (NameOf(layer, "scores"), layer.Scores);
        for (int i = 0; i < layer.Memory.Count; i++)
            yield return (NameOf(layer, $"memory{i}"), layer.Memory[i]);
    }

    private static string NameOf(LayerSnapshot layer, string what) => $"pruner.{layer.Name}.{what}";
}
