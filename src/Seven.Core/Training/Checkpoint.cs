using System.Text.Json;
using Seven.Formats;
using Seven.Formats.Safetensors;
using Seven.Metrics;
using Seven.Weights;

namespace Seven.Training;

/// <summary>A run in one file, written whole or not at all, from which it goes on to the same result bit by bit.</summary>
internal static class Checkpoint
{
    private const string RunKey = "run";
    private const string StateKey = "state";

    public static void Save(string path, TrainingRun run, CheckpointParts parts, Fingerprint identity)
    {
        var tensors = new List<NamedTensor>();
        for (int i = 0; i < parts.Parameters.Count; i++)
        {
            var parameter = parts.Parameters[i];
            tensors.Add(NamedTensor.Of("model." + parameter.Name, parameter.Shape, parameter.ValuesMemory));
            var (first, second) = parts.MomentsOf(parameter);
            tensors.Add(NamedTensor.Of("first." + parameter.Name, parameter.Shape, first));
            tensors.Add(NamedTensor.Of("second." + parameter.Name, parameter.Shape, second));
            if (run.BestEpoch > 0)
                tensors.Add(NamedTensor.Of("best." + parameter.Name, parameter.Shape, run.BestWeights[i]));
        }

        var metadata = new Dictionary<string, string> { [RunKey] = identity.Json, [StateKey] = StateToJson(run, parts) };
        if (parts.Pruner is { } pruner)
        {
            tensors.AddRange(pruner.State.Tensors());
            foreach (var (key, value) in pruner.State.Metadata())
                metadata[key] = value;
        }

        SafetensorsWriter.Write(path, tensors, metadata);
    }

    /// <exception cref="InvalidDataException">The file is damaged, or of a run with other options or data.</exception>
    public static void Load(string path, TrainingRun run, CheckpointParts parts, Fingerprint identity)
    {
        using var file = SafetensorsFile.Open(path);
        identity.Require(file.Header.Metadata.GetValueOrDefault(RunKey), $"{path} is a checkpoint");
        for (int i = 0; i < parts.Parameters.Count; i++)
        {
            var parameter = parts.Parameters[i];
            file.Read("model." + parameter.Name, parameter.Shape, parameter.Values);
            var (first, second) = parts.MomentsOf(parameter);
            file.Read("first." + parameter.Name, parameter.Shape, first);
            file.Read("second." + parameter.Name, parameter.Shape, second);
        }

        if (parts.Pruner is { } pruner)
            pruner.Restore(file);
        try
        {
            ReadState(file, run, parts);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path} has a state that cannot be read: {exception.Message}", exception);
        }
    }

    private static string StateToJson(TrainingRun run, CheckpointParts parts)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteNumber("epoch", run.Epoch);
            json.WriteNumber("update", run.UpdateInEpoch);
            json.WriteNumber("loss", run.LossInEpoch);
            json.WriteNumber("optimizerSteps", parts.Optimizer.StepsTaken);
            json.WriteNumber("bestEpoch", run.BestEpoch);
            json.WriteStartArray("history");
            foreach (var epoch in run.History)
                WriteEpoch(json, epoch);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    private static void WriteEpoch(Utf8JsonWriter json, EpochSummary epoch)
    {
        json.WriteStartObject();
        json.WriteNumber("epoch", epoch.Epoch);
        json.WriteNumber("trainingLoss", epoch.TrainingLoss);
        json.WriteNumber("sparsity", epoch.Sparsity);
        if (epoch.Evaluation is { } evaluation)
        {
            json.WriteNumber("loss", evaluation.Loss);
            json.WriteStartObject("metrics");
            foreach (var metric in evaluation.Metrics)
                json.WriteNumber(metric.Name, metric.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void ReadState(SafetensorsFile file, TrainingRun run, CheckpointParts parts)
    {
        using var json = JsonDocument.Parse(file.Header.Metadata[StateKey]);
        var root = json.RootElement;
        run.Epoch = root.GetProperty("epoch").GetInt32();
        run.UpdateInEpoch = root.GetProperty("update").GetInt32();
        run.LossInEpoch = root.GetProperty("loss").GetDouble();
        parts.Optimizer.StepsTaken = root.GetProperty("optimizerSteps").GetInt32();
        run.History.AddRange(root.GetProperty("history").EnumerateArray().Select(ReadEpoch));
        int best = root.GetProperty("bestEpoch").GetInt32();
        if (best > 0)
            run.SetBest(best, [.. parts.Parameters.Select(parameter => ReadBest(file, parameter))], parts.Pruner?.Report());
    }

    private static EpochSummary ReadEpoch(JsonElement json) => new(
        json.GetProperty("epoch").GetInt32(),
        json.GetProperty("trainingLoss").GetDouble(),
        json.GetProperty("sparsity").GetDouble(),
        json.TryGetProperty("metrics", out var metrics)
            ? new Evaluation(
                json.GetProperty("loss").GetDouble(),
                [.. metrics.EnumerateObject().Select(metric => new Metric(metric.Name, metric.Value.GetDouble()))])
            : null);

    private static float[] ReadBest(SafetensorsFile file, Parameter parameter)
    {
        var values = new float[parameter.Count];
        file.Read("best." + parameter.Name, parameter.Shape, values);
        return values;
    }
}
