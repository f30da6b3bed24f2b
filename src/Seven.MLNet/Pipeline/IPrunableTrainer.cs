using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Seven.MLNet.Pipeline;

/// <summary>A trainer inside of whose epochs a network can be pruned.</summary>
internal interface IPrunableTrainer
{
    /// <summary>The trainers whose networks can be pruned, by their names in ML.NET's catalogs.</summary>
    static string Names { get; } = string.Join(", ", StockFamily.Names.Concat(
    [
        "MulticlassClassification.Trainers.Bert", "Regression.Trainers.BertSimilarity", "MulticlassClassification.Trainers.BertQuestionAnswering",
        "MulticlassClassification.Trainers.VisionTransformer",
    ]));

    /// <summary>Trains and prunes a new network.</summary>
    PrunedNetwork FitPruned(IDataView rows, SevenPruneOptions options);

    /// <summary>The trainer as one that prunes.</summary>
    /// <exception cref="NotSupportedException">It is none whose networks can be pruned.</exception>
    /// <exception cref="InvalidOperationException">It is one of ML.NET's, and the package that prunes those is missing.</exception>
    static IPrunableTrainer Of(IEstimator<ITransformer> trainer, IHostEnvironment environment) =>
        trainer as IPrunableTrainer
        ?? StockFamily.For(trainer)?.Wrap(trainer, environment)
        ?? throw new NotSupportedException($"SevenPrune cannot wrap {trainer.GetType().Name}; expected one of {Names}.");

    /// <summary>Trains a fitted network further and prunes it, in place.</summary>
    static PruningOutcome PruneFurther(UpstreamNetwork network, IHostEnvironment environment, SevenPruneOptions options) => network.Transformer is EncoderTransformer encoder
        ? EncoderTrainer.PruneFurther(encoder, network.Rows, environment, options)
        : StockFamily.For(network.Transformer)!.PruneFurther(network, environment, options);
}
