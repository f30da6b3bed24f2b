using Seven.Cli.Data;
using Seven.Goals;
using Seven.Inference;

namespace Seven.Cli.Pruning;

/// <summary>The settings of a run, as the user gave them.</summary>
internal sealed record PruneSettings
{
    /// <summary>The model's folder, or its name on the hub.</summary>
    public required string Model { get; init; }

    /// <summary>The file of rows to learn from.</summary>
    public required string Data { get; init; }

    /// <summary>The file of texts without labels; <see langword="null"/> for none.</summary>
    public string? Unlabeled { get; init; }

    /// <summary>The file of rows to choose by; <see langword="null"/> for a part of <see cref="Data"/>.</summary>
    public string? Validation { get; init; }

    /// <summary>The file of rows to report on; <see langword="null"/> to report on those that were chosen by.</summary>
    public string? Test { get; init; }

    public TextColumns Columns { get; init; } = new();

    /// <summary>The task; <see langword="null"/> for what the labels speak of.</summary>
    public TextTaskKind? Task { get; init; }

    /// <summary>Shares of prunable weights to remove, a model for each.</summary>
    public IReadOnlyList<double> Sparsities { get; init; } = [];

    /// <summary>A goal in place of sparsities.</summary>
    public PruningGoal? Goal { get; init; }

    /// <summary>Passes over the rows while the model is pruned; <see langword="null"/> for 3, and 7 for embeddings.</summary>
    public int? Epochs { get; init; }

    /// <summary>Passes before it is pruned; <see langword="null"/> for none where the model was trained for the task, else as many as <see cref="Epochs"/>.</summary>
    public int? DenseEpochs { get; init; }

    /// <summary>The peak learning rate; <see langword="null"/> for 1e-4, and 5e-4 for embeddings.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Whether the model follows what it was before it was pruned, beside the labels.</summary>
    public bool LearnsFromItself { get; init; } = true;

    /// <summary>Rows to learn from at most; <see langword="null"/> for all.</summary>
    public int? Rows { get; init; }

    public int Seed { get; init; } = 1;

    public int Threads { get; init; }

    /// <summary>The numbers of the saved models; automatic for what a goal has found, and float32 without a goal.</summary>
    public Precision Precision { get; init; }

    /// <summary>The folder of the model, or of a folder for each where there are several.</summary>
    public required string Output { get; init; }

    /// <summary>The folder of checkpoints, which is there while the run is not over: a run that was ended continues from it.</summary>
    public string Unfinished => Path.TrimEndingDirectorySeparator(Output) + ".unfinished";
}
