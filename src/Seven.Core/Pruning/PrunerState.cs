using System.Globalization;
using Seven.Files;

namespace Seven.Pruning;

/// <summary>A pruner in the middle of its work as tensors, so that it can go on later.</summary>
internal static class PrunerState
{
    private const string Steps = "pruner.steps";
    private const string Criterion = "pruner.criterion";

    public static List<NamedTensor> Tensors(Pruner pruner)
    {
        var tensors = new List<NamedTensor>();
        foreach (var layer in pruner.Layers)
        {
            tensors.Add(NamedTensor.Of(NameOf(layer, "mask"), layer.Mask.ToBytes()));
            foreach (var (name, values) in Arrays(layer))
                tensors.Add(NamedTensor.Of(name, [values.Length], values));
        }

        return tensors;
    }

    public static Dictionary<string, string> Metadata(Pruner pruner) => new()
    {
        [Steps] = pruner.StepsTaken.ToString(CultureInfo.InvariantCulture),
        [Criterion] = Description(pruner),
    };

    /// <exception cref="InvalidDataException">The file is of other weights or another criterion.</exception>
    public static void Restore(Pruner pruner, SafetensorsFile file)
    {
        var metadata = file.Header.Metadata;
        if (!metadata.TryGetValue(Criterion, out string? description) || description != Description(pruner))
            throw new InvalidDataException($"{file.Path} is of a pruner with {description ?? "no criterion"}; expected {Description(pruner)}.");
        if (!metadata.TryGetValue(Steps, out string? text) || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int steps))
            throw new InvalidDataException($"{file.Path} has {Steps} '{text}'; expected a whole number.");

        bool pruningIsOver = pruner.Schedule.PhaseOf(steps) == PruningPhase.Recovery;
        foreach (var layer in pruner.Layers)
        {
            layer.Mask.FromBytes(file.ReadBytes(NameOf(layer, "mask"), layer.Mask.Words.Length * sizeof(ulong)));
            if (pruningIsOver)
                continue;
            foreach (var (name, values) in Arrays(layer))
                file.Read(name, [values.Length], values);
        }

        pruner.Restore(steps);
    }

    private static string Description(Pruner pruner) =>
        $"{pruner.Report().Criterion}, {pruner.Schedule}, {pruner.Layers.Count} arrays";

    private static IEnumerable<(string Name, float[] Values)> Arrays(LayerState layer)
    {
        if (layer.Scores.Length > 0)
            yield return (NameOf(layer, "scores"), layer.Scores);
        for (int i = 0; i < layer.Memory.Count; i++)
            yield return (NameOf(layer, $"memory{i}"), layer.Memory[i]);
    }

    private static string NameOf(LayerState layer, string what) => $"pruner.{layer.Weight.Name}.{what}";
}
