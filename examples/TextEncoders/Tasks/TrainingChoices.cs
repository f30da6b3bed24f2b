using Seven.MLNet;
using Seven.Training;

namespace TextEncoders.Tasks;

/// <summary>What the user chose of a trainer's options.</summary>
/// <param name="ModelFolder">Where to start; <see langword="null"/> from scratch.</param>
/// <param name="VocabularyFile">The vocabulary for a start from scratch; <see langword="null"/> to learn one.</param>
/// <param name="Size">The size of a network from scratch.</param>
/// <param name="Training">Epochs, learning rate and so on.</param>
/// <param name="DenseFirst">Whether the network is trained without pruning before it is pruned.</param>
/// <param name="Rows">Rows to learn from at most; <see langword="null"/> for all.</param>
internal sealed record TrainingChoices(string? ModelFolder, string? VocabularyFile, EncoderSize Size, FineTuningOptions Training, bool DenseFirst, int? Rows = null)
{
    /// <summary>Receives the progress of training.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends training.</summary>
    public CancellationToken CancellationToken { get; init; }
}
