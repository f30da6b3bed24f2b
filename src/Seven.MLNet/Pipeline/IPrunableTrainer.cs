using System.Globalization;
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
        "MulticlassClassification.Trainers.BertTokenClassification", "MulticlassClassification.Trainers.VisionTransformer", "Transforms.Text.EmbedText",
    ]));

    private const string OwnTrainers = "Seven.MLNet's own trainers, such as MulticlassClassification.Trainers.Bert,";

    /// <summary>Trains and prunes a new network.</summary>
    PrunedNetwork FitPruned(IDataView rows, SevenPruneOptions options);

    /// <summary>The trainer as one that prunes.</summary>
    /// <exception cref="NotSupportedException">It is none whose networks can be pruned, or one of ML.NET's that is to learn from a teacher, to reach a goal, or to have another learning rate.</exception>
    /// <exception cref="InvalidOperationException">It is one of ML.NET's, and the package that prunes those is missing.</exception>
    static IPrunableTrainer Of(IEstimator<ITransformer> trainer, IHostEnvironment environment, SevenPruneOptions options)
    {
        if (trainer is IPrunableTrainer own)
            return own;
        if (StockFamily.For(trainer) is not { } stock)
            throw new NotSupportedException($"SevenPrune cannot wrap {trainer.GetType().Name}; expected one of {Names}.");
        RequireStockOptions(options, trainer);
        return stock.Wrap(trainer, environment);
    }

    /// <summary>Trains a fitted network further and prunes it, in place.</summary>
    /// <exception cref="NotSupportedException">It is to learn from a teacher, to reach a goal, or to have another learning rate, and is one of ML.NET's.</exception>
    static PruningOutcome PruneFurther(UpstreamNetwork network, IHostEnvironment environment, SevenPruneOptions options)
    {
        if (network.Transformer is EncoderTransformer encoder)
            return EncoderTrainer.PruneFurther(encoder, network.Rows, environment, options);
        RequireStockOptions(options, network.Transformer);
        return StockFamily.For(network.Transformer)!.PruneFurther(network, environment, options);
    }

    /// <exception cref="NotSupportedException">The options name a teacher, a goal or a learning rate.</exception>
    private static void RequireStockOptions(SevenPruneOptions options, object found)
    {
        if (options.Distillation is not null)
            throw new NotSupportedException($"Distillation is set for {found.GetType().Name}; expected none: only {OwnTrainers} learn from a teacher.");
        if (options.LearningRate is { } rate)
            throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"LearningRate is {rate} for {found.GetType().Name}; expected none: it has its own, and only {OwnTrainers} take another one."));
        if (options.Goal is not null)
            throw new NotSupportedException($"The goal {options.Goal} is set for {found.GetType().Name}; expected a sparsity: only {OwnTrainers} search for goals.");
    }
}
