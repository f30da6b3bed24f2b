using Seven.Goals;
using Seven.MLNet;
using Seven.MLNet.MLNetInternals;

// ML.NET's own namespace, as its extensions have it: the methods are there wherever an MLContext is.
namespace Microsoft.ML;

/// <summary>SEVEN pruning as a step of ML.NET pipelines.</summary>
public static class SevenPruneCatalog
{
    /// <summary>Prunes the network before it in the pipeline, while fine-tuning it further on the pipeline's training data.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="sparsity">Share of prunable weights that end as zeros, in [0, 1). Default 0.8: the largest sparsity at which the paper's models stay close to dense.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is outside that range.</exception>
    /// <remarks>
    /// The network may be any earlier step, as a TextClassification, SentenceSimilarity, NamedEntityRecognition, QuestionAnswer or ObjectDetection trainer of ML.NET's,
    /// or as a Bert, BertSimilarity, BertQuestionAnswering or VisionTransformer trainer, also with other steps between. It is pruned in place: the fitted pipeline
    /// holds one network, the pruned one.
    /// </remarks>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(mlContext.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Text"))
    ///     .Append(mlContext.Transforms.SevenPrune())
    ///     .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    /// </code>
    /// </example>
    public static SevenPruneEstimator SevenPrune(this TransformsCatalog catalog, double sparsity = 0.8) =>
        catalog.SevenPrune(new SevenPruneOptions { Sparsity = sparsity });

    /// <summary>Prunes the network before it in the pipeline, while fine-tuning it further on the pipeline's training data.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="options">What to prune, and how.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static SevenPruneEstimator SevenPrune(this TransformsCatalog catalog, SevenPruneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SevenPruneEstimator(Catalogs.EnvironmentOf(catalog), options);
    }

    /// <summary>Prunes the network before it in the pipeline as far as a goal allows.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="goal">What to reach: a loss, a size or a latency.</param>
    /// <param name="options">The validation set to choose by, and all else. Where the trainer has a validation set of its own, that is used by default.</param>
    /// <exception cref="ArgumentException">An option is outside its range, or the goal cannot be searched for.</exception>
    /// <example>
    /// <code>
    /// .Append(mlContext.Transforms.SevenPrune(PruningGoal.Loss(0.01), new SevenPruneOptions { ValidationSet = validation }))
    /// </code>
    /// </example>
    public static SevenPruneEstimator SevenPrune(this TransformsCatalog catalog, PruningGoal goal, SevenPruneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(goal);
        return catalog.SevenPrune((options ?? new SevenPruneOptions()) with { Goal = goal });
    }

    /// <summary>Wraps a trainer, trains without pruning first, and then prunes as far as a goal allows.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="trainer">A Bert, BertSimilarity, BertQuestionAnswering or VisionTransformer trainer, or BertTokenClassification.</param>
    /// <param name="goal">What to reach: a loss, a size or a latency.</param>
    /// <param name="options">The validation set to choose by, and all else. Where the trainer has a validation set of its own, that is used by default.</param>
    /// <exception cref="ArgumentException">An option is outside its range, or the goal cannot be searched for.</exception>
    /// <exception cref="NotSupportedException">The trainer is none of these.</exception>
    public static SevenPruneTrainer SevenPrune(this TransformsCatalog catalog, IEstimator<ITransformer> trainer, PruningGoal goal, SevenPruneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(goal);
        return catalog.SevenPrune(trainer, (options ?? new SevenPruneOptions()) with { Goal = goal });
    }

    /// <summary>Wraps a trainer and prunes inside its own fine-tuning epochs.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="trainer">A TextClassification, SentenceSimilarity, NamedEntityRecognition, QuestionAnswer or ObjectDetection trainer of ML.NET's, or a Bert,
    /// BertSimilarity, BertQuestionAnswering or VisionTransformer trainer.</param>
    /// <param name="options">What to prune, and how. Default: SEVEN to 80 %.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="NotSupportedException">The trainer is none of these.</exception>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(mlContext.Transforms.SevenPrune(
    ///         mlContext.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Text"),
    ///         new SevenPruneOptions { Sparsity = 0.9, Timing = PruningTiming.BeforeFineTuning }));
    /// </code>
    /// </example>
    public static SevenPruneTrainer SevenPrune(this TransformsCatalog catalog, IEstimator<ITransformer> trainer, SevenPruneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        return new SevenPruneTrainer(Catalogs.EnvironmentOf(catalog), trainer, options ?? new SevenPruneOptions());
    }
}
