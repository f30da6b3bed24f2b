using Microsoft.ML;
using Microsoft.ML.Runtime;
using Seven.MLNet.Stock;

namespace Seven.MLNet.Pipeline;

/// <summary>A trainer inside of whose epochs a network can be pruned.</summary>
internal interface IPrunableTrainer
{
    /// <summary>What can be pruned, in words.</summary>
    static string Names { get; } = string.Join(", ", TrainerKind.All.Select(kind => kind.Name)
        .Concat(["MulticlassClassification.Trainers.Bert", "Regression.Trainers.BertSimilarity", "MulticlassClassification.Trainers.BertQuestionAnswering", "MulticlassClassification.Trainers.VisionTransformer"]));

    /// <summary>Trains and prunes a new network.</summary>
    PrunedNetwork FitPruned(IDataView rows, SevenPruneOptions options);

    /// <summary>The trainer as one that prunes.</summary>
    /// <exception cref="NotSupportedException">It is none that can be pruned.</exception>
    static IPrunableTrainer Of(IEstimator<ITransformer> trainer, IHostEnvironment environment) => trainer as IPrunableTrainer ?? new StockPruning(trainer, environment);

    /// <summary>Trains a fitted network further and prunes it, in place.</summary>
    static PruningOutcome PruneFurther(UpstreamNetwork network, IHostEnvironment environment, SevenPruneOptions options) => network.Transformer is EncoderTransformer encoder
        ? EncoderTrainer.PruneFurther(encoder, network.Rows, environment, options)
        : StockPruning.PruneFurther(network, environment, options);
}
