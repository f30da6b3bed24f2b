using System.Text.Json;
using Seven.Formats;
using Seven.Pruning;

namespace Seven.Training;

/// <summary>The identity of a run of fine-tuning: all that changes its result. Threads, patience and the checkpoint's own path do not.</summary>
/// <remarks>Of the examples it holds their number and that of their tokens, not their content.</remarks>
internal static class RunFingerprint
{
    private const int Version = 1;

    /// <param name="options">The run's options.</param>
    /// <param name="data">The run's data and model.</param>
    public static Fingerprint Of(FineTuningOptions options, RunData data) => new(Version, json =>
    {
        json.WriteNumber("epochs", options.Epochs);
        json.WriteNumber("batchSize", options.BatchSize);
        json.WriteNumber("accumulationSteps", options.AccumulationSteps);
        json.WriteNumber("learningRate", options.LearningRate);
        json.WriteNumber("weightDecay", options.WeightDecay);
        json.WriteString("learningRateWarmUp", options.LearningRateWarmUp.Identity);
        json.WriteString("learningRateDecay", options.LearningRateDecay.ToString());
        // Named where they are not the usual ones: checkpoints written before they were there go on.
        if (options.LearningRateCycles > 1)
            json.WriteNumber("learningRateCycles", options.LearningRateCycles);
        if (options.BestBy is { } metric)
            json.WriteString("bestBy", metric);
        WriteNumber(json, "maximumGradientNorm", options.MaximumGradientNorm);
        json.WriteNumber("seed", options.Seed);
        WriteNumber(json, "sparseFrom", options.SparseFrom);
        json.WriteString("augmentation", data.Augmentation);
        json.WriteNumber("trainingExamples", data.TrainingExamples);
        json.WriteNumber("trainingTokens", data.TrainingTokens);
        json.WriteNumber("validationExamples", data.ValidationExamples);
        json.WriteNumber("parameters", data.Parameters);
        if (options.Distillation is { } distillation)
        {
            json.WriteStartObject("distillation");
            json.WriteNumber("temperature", distillation.Temperature);
            json.WriteNumber("weight", distillation.Weight);
            json.WriteNumber("hiddenStates", distillation.HiddenStates);
            if (distillation.Attention > 0)
                json.WriteNumber("attention", distillation.Attention);
            json.WriteString("teacher", data.Teacher);
            json.WriteEndObject();
        }

        if (options.Pruning is { } pruning)
        {
            json.WriteStartObject("pruning");
            PruningIdentity.Write(json, pruning);
            json.WriteEndObject();
        }
    });

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}

/// <summary>The data and the model of a run, as far as they identify it.</summary>
/// <param name="Augmentation">How examples are varied; "none" where they are not.</param>
/// <param name="TrainingExamples">Examples to learn from.</param>
/// <param name="TrainingTokens">Their tokens.</param>
/// <param name="ValidationExamples">Examples to choose the best epoch by.</param>
/// <param name="Parameters">The model's trainable values.</param>
/// <param name="Teacher">A hash of the teacher's weights, if there is a teacher.</param>
internal sealed record RunData(string Augmentation, int TrainingExamples, long TrainingTokens, int ValidationExamples, long Parameters, string? Teacher);
