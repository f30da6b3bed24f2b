using System.Text.Json;
using QuickStart.Data;
using QuickStart.Models;

namespace QuickStart.Output;

/// <summary>The comparison for programs.</summary>
internal static class ResultJson
{
    public static void Write(FileInfo file, QuickStartOptions options, Dataset dataset, IReadOnlyList<TrainedModel> models)
    {
        using var stream = File.Create(file.FullName);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("data", options.Data?.FullName ?? "reference packs");
        json.WriteNumber("sparsity", options.Sparsity);
        json.WriteNumber("epochs", options.Epochs);
        json.WriteNumber("seed", options.Seed);
        json.WriteNumber("trainingSentences", dataset.Train.Count);
        json.WriteNumber("validationSentences", dataset.Validation.Count);
        json.WriteNumber("testSentences", dataset.Test.Count);
        json.WriteStartArray("models");
        foreach (var model in models)
            Write(json, model);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TrainedModel model)
    {
        json.WriteStartObject();
        json.WriteString("model", model.Name);
        json.WriteNumber("accuracy", model.Test["accuracy"]);
        json.WriteNumber("macroF1", model.Test["macro F1"]);
        json.WriteNumber("weights", model.Weights);
        json.WriteNumber("prunableWeights", model.PrunableWeights);
        json.WriteNumber("sparsity", model.Sparsity);
        json.WriteNumber("parameters", model.Model.ParameterCount);
        json.WriteNumber("fileBytes", model.FileBytes);
        json.WriteNumber("seconds", model.Training.Elapsed.TotalSeconds);
        if (model.Latency is { } latency)
        {
            json.WriteNumber("millisecondsPerSentence", latency.Alone);
            json.WriteNumber("millisecondsPerSentenceInBatchesOf32", latency.InBatches);
        }

        json.WriteNumber("bestEpoch", model.Training.BestEpoch);
        json.WriteNumber("cutSentences", model.Training.CutExamples);
        json.WriteString("stopped", model.Training.Stopped.ToString());
        json.WriteString("folder", Path.GetFullPath(model.Folder));
        json.WriteEndObject();
    }
}
