using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.MLNetInternals;
using Seven.Training;

namespace Seven.MLNet;

/// <summary>The common options of encoder trainers.</summary>
public abstract record EncoderTrainerOptions
{
    /// <summary>Learning rate from scratch: pretrained weights would be lost at it, random ones learn little at theirs.</summary>
    private const double LearningRateFromScratch = 5e-4;

    /// <summary>Learning rate at which a pretrained network relearns what it loses: pruned to 90 % at the usual 5e-5 a MiniLM loses 0.04 of its correlation on STS-B, at 2e-4 0.1 on CoLA.</summary>
    private const double LearningRateOfPruning = 1e-4;

    private protected EncoderTrainerOptions()
    {
    }

    /// <summary>A Hugging Face folder to start from, dense or compact, or a name on the hub, from which it is downloaded once. Default <see langword="null"/>: from scratch, in the <see cref="Size"/> given.</summary>
    [JsonIgnore]
    public string? ModelFolder { get; init; }

    /// <summary>The size of a network trained from scratch. Default mini; without effect where there is a folder.</summary>
    [JsonIgnore]
    public EncoderSize Size { get; init; } = EncoderSize.Mini;

    /// <summary>Epochs, batch size, learning rate and all else of the training. Default <see langword="null"/>: those of <see cref="FineTuningOptions"/>, with
    /// the seed of the MLContext and a learning rate of 5e-4 from scratch, or of 1e-4 while a pretrained network is pruned. To prune, use <c>SevenPrune</c>.</summary>
    [JsonIgnore]
    public FineTuningOptions? FineTuning { get; init; }

    /// <summary>Rows to judge each epoch by; the best epoch's weights are taken. Default none: the last epoch's weights are.</summary>
    [JsonIgnore]
    public IDataView? ValidationSet { get; init; }

    /// <summary>The device that trains. Default the processor.</summary>
    [JsonIgnore]
    public ComputeDevice Device { get; init; }

    /// <summary>Whether a GPU multiplies matrices in bfloat16, which those from NVIDIA's Ampere on do several times as fast; weights, sums and losses stay float32.
    /// Default false; without effect on the processor.</summary>
    [JsonIgnore]
    public bool MixedPrecision { get; init; }

    /// <summary>The treatment of rows that cannot be used. Default an error. Rows whose label is missing are always left out of training, with a warning; where there is a teacher (<see cref="Distillation"/>), what it says of them is learned.</summary>
    public UnusableRows UnusableRows { get; init; }

    /// <summary>Receives the progress after each update of the weights, on the thread that trains. Default none; <c>mlContext.Log</c> gets a line an epoch either way.</summary>
    [JsonIgnore]
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends the fit early; what was reached by then is returned. Default: none.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    internal virtual void Validate()
    {
        FineTuning?.Validated();
        Require.Positive(PruningLearningRate, nameof(PruningLearningRate));
        if (FineTuning?.Pruning is not null)
            throw new ArgumentException("FineTuning.Pruning is set; expected none here: append or wrap with mlContext.Transforms.SevenPrune, which takes the same options.");
        if (FineTuning?.Distillation?.Teacher == Teacher.Self)
            throw new ArgumentException("FineTuning.Distillation names Teacher.Self; expected a folder here: a network learns from itself while it is pruned, by the Distillation of SevenPruneOptions.");
        Require.Defined<EncoderSize>(Size, nameof(Size));
        Require.Defined<ComputeDevice>(Device, nameof(Device));
        Require.Defined<UnusableRows>(UnusableRows, nameof(UnusableRows));
    }

    /// <exception cref="ArgumentException">A column has no name.</exception>
    private protected static void RequireName(string? name, string option)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException($"{option} is empty; expected the name of a column.", option);
    }

    /// <summary>The training options, with the seed of the context where the user gave none of their own.</summary>
    /// <param name="environment">The context; <see langword="null"/> for a seed of 0.</param>
    internal FineTuningOptions FineTuningIn(IHostEnvironment? environment) =>
        FineTuning ?? UsualFineTuning with { Seed = environment is null ? 0 : ContextSettings.SeedOf(environment) ?? 0 };

    /// <summary>The learning rate while the network is pruned, where the pruning has none of its own. Default: that of <see cref="FineTuning"/>, or the usual one without it.</summary>
    internal double? PruningLearningRate { get; init; }

    internal double LearningRateWhilePruned => PruningLearningRate ?? FineTuning?.LearningRate ?? UsualPruningLearningRate;

    /// <summary>The training where the user says nothing: what suits a start from a folder, or from scratch.</summary>
    private protected virtual FineTuningOptions UsualFineTuning => ModelFolder is null ? new FineTuningOptions { LearningRate = LearningRateFromScratch } : new FineTuningOptions();

    private protected virtual double UsualPruningLearningRate => ModelFolder is null ? LearningRateFromScratch : LearningRateOfPruning;
}
