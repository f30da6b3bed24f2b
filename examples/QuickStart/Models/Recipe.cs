using QuickStart.Data;
using Seven.Encoders;
using Seven.Pruning;
using Seven.Training;

namespace QuickStart.Models;

/// <summary>The network and how it is trained: small enough for two cores and three minutes.</summary>
internal static class Recipe
{
    public static BertConfiguration Network(Dataset dataset, Vocabulary vocabulary) => new()
    {
        VocabularySize = vocabulary.Size,
        MaximumTokens = 64,
        HiddenSize = 128,
        Layers = 2,
        Heads = 4,
        IntermediateSize = 512,
        HiddenDropout = 0.1,
        AttentionDropout = 0.1,
        Labels = dataset.Labels,
    };

    public static FineTuningOptions FromScratch(QuickStartOptions options) => new()
    {
        Epochs = options.Epochs,
        LearningRate = 1e-3,
        Seed = options.Seed,
        LearningRateDecay = LearningRateDecay.None,
    };

    /// <summary>Fine-tuning on the same budget of updates for every criterion; no pruning if there is none.</summary>
    public static FineTuningOptions FineTuning(QuickStartOptions options, PruningOptions? pruning) => new()
    {
        Epochs = options.Epochs,
        LearningRate = 1e-3,
        Seed = options.Seed + 1,
        Pruning = pruning,
    };
}
