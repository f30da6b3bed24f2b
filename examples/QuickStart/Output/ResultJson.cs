using System.Text.Json;
using QuickStart.Comparison;
using QuickStart.Data;

namespace QuickStart.Output;

/// <summary>The comparison for programs.</summary>
internal static class ResultJson
{
    public static void Write(FileInfo file, QuickStartOptions options, Dataset dataset, IReadOnlyList<ComparedModel> models)
    {
        string temporary = file.FullName + ".new";
        using (var stream = File.Create(temporary))
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("data", options.Data?.FullName ?? "reference packs");
            json.WriteString("model", Path.GetFullPath(options.ModelFolder));
            json.WriteNumber("sparsity", options.Sparsity);
            json.WriteNumber("epochs", options.Epochs);
            json.WriteNumber("seed", options.Seed);
            json.WriteNumber("trainingSentences", dataset.Train.Count);
            json.WriteNumber("testSentences", dataset.Test.Count);
            json.WriteStartArray("models");
            foreach (var model in models)
                Write(json, model);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        File.Move(temporary, file.FullName, overwrite: true);
    }

    private static void Write(Utf8JsonWriter json, ComparedModel model)
    {
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.WriteNumber("accuracy", model.Metrics[0].Value);
        json.WriteNumber("macroF1", model.Metrics[1].Value);
        json.WriteNumber("zeros", model.Zeros);
        json.WriteNumber("trainingSeconds", model.TrainingSeconds);
        json.WriteNumber("fileBytes", model.FileBytes);
        json.WriteNumber("millisecondsPerSentence", model.Milliseconds);
        json.WriteString("path", Path.GetFullPath(model.Path));
        json.WriteEndObject();
    }
}
