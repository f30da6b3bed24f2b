using Microsoft.ML;

namespace Seven.MLNet.Tests;

/// <summary>The ways to write a pipeline that prunes.</summary>
public enum Form
{
    /// <summary>SevenPrune(trainer).</summary>
    Wrapped,

    /// <summary>The trainer, and SevenPrune() right after it.</summary>
    Appended,

    /// <summary>SevenPrune() after what follows the trainer, such as MapKeyToValue.</summary>
    AppendedLater,

    /// <summary>SevenPrune() after a pipeline that is typed as Model Builder types it.</summary>
    Untyped,
}

internal static class Forms
{
    public static IEstimator<ITransformer> Pipeline(this TrainerCase trainerCase, MLContext context, Form form, SevenPruneOptions options, int epochs = 2)
    {
        var (before, trainer, after) = (trainerCase.Before(context), trainerCase.Trainer(context, epochs), trainerCase.After(context));
        return form switch
        {
            Form.Wrapped => before.Append(context.Transforms.SevenPrune(trainer, options)).Append(after),
            Form.Appended => before.Append(trainer).Append(context.Transforms.SevenPrune(options)).Append(after),
            Form.AppendedLater => before.Append(trainer).Append(after).Append(context.Transforms.SevenPrune(options)),
            _ => Untyped(before.Append(trainer).Append(after)).Append(context.Transforms.SevenPrune(options)),
        };

        static IEstimator<ITransformer> Untyped(IEstimator<ITransformer> pipeline) => pipeline;
    }

    /// <summary>What SevenPrune left in a fitted pipeline.</summary>
    public static SevenPruneTransformer Pruned(this ITransformer model) =>
        model is SevenPruneTransformer pruned ? pruned : ((IEnumerable<ITransformer>)model).Select(step => step as SevenPruneTransformer ?? TryPruned(step)).OfType<SevenPruneTransformer>().Last();

    private static SevenPruneTransformer? TryPruned(ITransformer step) =>
        step is IEnumerable<ITransformer> chain ? chain.Select(inner => inner as SevenPruneTransformer ?? TryPruned(inner)).OfType<SevenPruneTransformer>().LastOrDefault() : null;
}
