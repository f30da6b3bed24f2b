using Seven.Encoders;
using Seven.Formats;
using Seven.Metrics;
using Seven.Pruning;
using Seven.Reports;
using Seven.Training;
using Seven.Training.Engines;
using Seven.Weights;

namespace Seven.Goals;

/// <summary>The inputs of a search.</summary>
/// <param name="Model">The dense model, fine-tuned without pruning; it is not changed.</param>
/// <param name="Goal">The goal.</param>
/// <param name="Options">How a full run trains; its epochs are those of the final model.</param>
/// <param name="Train">Examples to learn from.</param>
/// <param name="Validation">Examples to choose by.</param>
internal sealed record Search<TInput, TExample, TOutput>(
    EncoderModel<TInput, TExample, TOutput> Model, PruningGoal Goal, FineTuningOptions Options, IReadOnlyList<TExample> Train, IReadOnlyList<TExample> Validation)
    where TExample : class, TInput
{
    private const int Version = 2;

    /// <summary>The backend that trains; <see langword="null"/> for the processor.</summary>
    public TrainingBackend? Backend { get; init; }

    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Called with each trial.</summary>
    public Action<SearchTrial>? OnTrial { get; init; }

    public CancellationToken CancellationToken { get; init; }

    /// <summary>The dense model on the validation set.</summary>
    public Metric Dense { get; } = FineTuner.For(Model, Options with { Pruning = null, Distillation = null }).Evaluate(Validation).By(Options.BestBy).Primary;

    public PruningOptions Pruning { get; } = Options.Pruning ?? new();

    /// <summary>The folder in which trials are recorded, beside the checkpoint.</summary>
    public string? Folder { get; } = Options.CheckpointPath is { } path ? path + ".search" : null;

    /// <summary>Tokens of the text that is timed.</summary>
    public int TimedTokens { get; } = Goal is LatencyGoal latency ? latency.Tokens : Math.Min(LatencyGoal.UsualTokens, (Model.Configuration as TextConfiguration)?.MaximumTokens ?? 0);

    /// <summary>The input that is timed.</summary>
    public TInput TimedInput => ModelMeasure.InputOf<TInput, TExample>(Model, Validation, TimedTokens);

    public Fingerprint Identity => new(Version, json =>
    {
        json.WriteString("model", WeightsHash.Of(Model.Parameters));
        json.WriteString("goal", Goal.ToString());
        json.WriteString("run", RunFingerprint.Of(Options, new RunData("", Train.Count, Model.TokensOf(Train), Validation.Count, Model.ParameterCount, Teacher: "")).Json);
    });

    /// <summary>Epochs of all trials and runs, as far as that is known before.</summary>
    /// <param name="shortEpochs">Epochs of a short trial.</param>
    public int PlannedEpochs(int shortEpochs) => Goal is LossGoal
        ? Goal.Patterns.Count * LossStrategy.ShortTrials * shortEpochs + LossStrategy.UsualFullRuns * Options.Epochs
        : Goal.Patterns.Count * Goal.Precisions.Count * shortEpochs + Options.Epochs;
}
