using System.Globalization;
using Seven.Formats;
using Seven.Formats.Safetensors;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>All that is remembered of one pruned array: its mask, and while pruning lasts its scores and the criterion's arrays.</summary>
internal sealed record LayerSnapshot(string Name, PruningMask Mask, float[] Scores, IReadOnlyList<float[]> Memory);

/// <summary>A pruner in the middle of its work as tensors, so that it can go on later.</summary>
internal sealed class PrunerState(ScheduleProgress progress, PruningOptions options, IReadOnlyList<LayerSnapshot> layers)
{
    private const string Steps = "pruner.steps";
    private const string IdentityKey = "pruner.identity";
    private const int IdentityVersion = 1;

    /// <summary>All that the state depends on: criterion, schedule, scope, and the arrays in their order.</summary>
    private Fingerprint Identity => new(IdentityVersion, json =>
    {
        PruningIdentity.Write(json, options.Criterion);
        PruningIdentity.Write(json, options.Pattern);
        json.WriteNumber("sparsity", progress.Schedule.Sparsity);
        if (progress.Schedule.InitialSparsity > 0)
            json.WriteNumber("initialSparsity", progress.Schedule.InitialSparsity);
        PruningIdentity.WriteLimit(json, options);
        PruningIdentity.WriteCurve(json, progress.Schedule.Curve);
        json.WriteNumber("warmUpSteps", progress.Schedule.WarmUpSteps);
        json.WriteNumber("pruningSteps", progress.Schedule.PruningSteps);
        json.WriteString("scope", options.Scope.ToString());
        json.WriteString("pruneEvery", options.PruneEvery.ToString());
        PruningIdentity.Write(json, "arrays", layers.Select(layer => layer.Name));
    });

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
        [IdentityKey] = Identity.Json,
    };

    /// <summary>Reads into the arrays and the progress given.</summary>
    /// <exception cref="InvalidDataException">The file is of other weights or another criterion.</exception>
    public void Restore(SafetensorsFile file)
    {
        var metadata = file.Header.Metadata;
        Identity.Require(metadata.GetValueOrDefault(IdentityKey), $"{file.Path} is the state of a pruner");
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
