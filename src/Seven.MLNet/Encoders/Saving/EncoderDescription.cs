using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Seven.MLNet.Encoders.Results;
using Seven.Training;

namespace Seven.MLNet.Encoders.Saving;

/// <summary>The description of a saved encoder beside its Hugging Face folder: columns, labels, and training options, in case it is trained further.</summary>
/// <param name="Options">The trainer's options, as far as they outlive it.</param>
/// <param name="Labels">The labels, if there are any.</param>
internal sealed record EncoderDescription(EncoderTrainerOptions Options, LabelValues? Labels)
{
    public const string FileName = "encoder.json";

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    private static readonly Type[] s_kinds = [typeof(BertClassificationOptions), typeof(BertSimilarityOptions), typeof(BertQuestionAnsweringOptions), typeof(BertTokenClassificationOptions), typeof(TextEmbeddingOptions), typeof(VisionTransformerOptions)];

    public static EncoderDescription Of(EncoderTransformer encoder) => new(encoder.Columns.Options, encoder.Labels);

    public void Write(string folder)
    {
        var training = Options.FineTuningIn(environment: null);
        var json = new JsonObject
        {
            ["kind"] = Options.GetType().Name,
            ["options"] = JsonSerializer.SerializeToNode(Options, Options.GetType(), s_json),
            ["training"] = new JsonObject
            {
                ["epochs"] = training.Epochs,
                ["batchSize"] = training.BatchSize,
                ["learningRate"] = training.LearningRate,
                ["pruningLearningRate"] = Options.LearningRateWhilePruned,
                ["weightDecay"] = training.WeightDecay,
            },
            ["labels"] = Labels?.ToJson(),
        };
        File.WriteAllText(Path.Combine(folder, FileName), json.ToJsonString(s_json));
    }

    /// <param name="folder">The folder.</param>
    /// <param name="classes">The classes of its network; 0 for a task without.</param>
    /// <exception cref="InvalidDataException">The file is missing or damaged.</exception>
    public static EncoderDescription Read(string folder, int classes)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, FileName)))!;
            string kind = json["kind"]!.GetValue<string>();
            var type = s_kinds.FirstOrDefault(type => type.Name == kind)
                ?? throw new InvalidDataException($"The model's {FileName} is of kind {kind}; expected {string.Join(", ", s_kinds.Select(type => type.Name))}.");
            var training = json["training"]!;
            var options = (EncoderTrainerOptions)json["options"].Deserialize(type, s_json)! with
            {
                FineTuning = new FineTuningOptions
                {
                    Epochs = training["epochs"]!.GetValue<int>(),
                    BatchSize = training["batchSize"]!.GetValue<int>(),
                    LearningRate = training["learningRate"]!.GetValue<double>(),
                    WeightDecay = training["weightDecay"]!.GetValue<double>(),
                },
                // Not in files of 0.1, where that of the training held.
                PruningLearningRate = training["pruningLearningRate"]?.GetValue<double>(),
            };
            options.Validate();
            return new EncoderDescription(options, LabelValues.FromJson(json["labels"], classes));
        }
        catch (Exception exception) when (exception is FileNotFoundException or JsonException or NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The model's {FileName} is missing or damaged: {exception.Message}", exception);
        }
    }
}
