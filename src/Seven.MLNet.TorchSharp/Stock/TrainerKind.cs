using Microsoft.ML;
using Seven.Metrics;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>The differences between ML.NET's trainers on TorchSharp that matter to pruning and evaluation.</summary>
internal abstract class TrainerKind
{
    public static IReadOnlyList<TrainerKind> All { get; } =
        [new TextClassificationKind(), new SentenceSimilarityKind(), new NamedEntityKind(), new QuestionAnswerKind(), new ObjectDetectionKind()];

    /// <summary>The name in ML.NET's catalog.</summary>
    public abstract string Name { get; }

    public abstract Type Trainer { get; }

    /// <summary>The type of the trainer's options.</summary>
    public abstract Type TrainerOptions { get; }

    public abstract Type Transformer { get; }

    /// <summary>Patterns of the layers that give the answer, which are not pruned.</summary>
    public abstract IReadOnlyList<string> Head { get; }

    public abstract TrainingSettings SettingsOf(object options);

    public abstract void SetEpochs(object options, int epochs);

    /// <summary>Leaves to this project what the trainer would do by itself: clipping, and logging now and then.</summary>
    /// <param name="options">A copy of the user's.</param>
    public abstract void TakeOver(object options);

    /// <summary>Undoes <see cref="TakeOver"/>.</summary>
    public abstract void GiveBack(object options, TrainingSettings settings);

    public abstract IReadOnlyList<InputColumn> InputsOf(object options);

    /// <summary>Judges the network on all rows of a view that its transformer has scored.</summary>
    public abstract Evaluation Evaluate(MLContext context, object options, IDataView scored);
}

/// <summary>The options of a trainer that matter to a run.</summary>
/// <param name="BatchSize">Rows in an update.</param>
/// <param name="Epochs">Passes over the rows.</param>
/// <param name="ClipNorm">Largest norm of all gradients together, where the trainer's can be read; 0 for none.</param>
/// <param name="LogEveryNStep">How often the trainer logs its loss; 0 where it does not.</param>
/// <param name="ReportsLoss">Whether it hands its loss to the progress channel.</param>
/// <param name="ValidationSet">The rows it validates on, if any.</param>
internal sealed record TrainingSettings(int BatchSize, int Epochs, double ClipNorm, int LogEveryNStep, bool ReportsLoss, IDataView? ValidationSet);
