using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Training.Engines;

namespace Seven.Training;

/// <summary>Creates the fine-tuner of a model.</summary>
public static class FineTuner
{
    /// <summary>Fine-tunes a model for its task, judged by the task's metrics.</summary>
    /// <param name="model">The model, which is changed.</param>
    /// <param name="options">Options of the training; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="ArgumentException">The teacher is of another task, has other labels, or reads other inputs.</exception>
    /// <exception cref="InvalidDataException">A file of the teacher is damaged, or is of an architecture that is not known.</exception>
    /// <exception cref="FileNotFoundException">A file of the teacher is missing.</exception>
    public static FineTuner<TInput, TExample> For<TInput, TExample, TOutput>(EncoderModel<TInput, TExample, TOutput> model, FineTuningOptions? options = null)
        where TExample : class, TInput => For(model, options, backend: null);

    /// <param name="model">The model, which is changed.</param>
    /// <param name="options">Options of the training; <see langword="null"/> for the defaults.</param>
    /// <param name="backend">Where to train; <see langword="null"/> for the model's own memory.</param>
    internal static FineTuner<TInput, TExample> For<TInput, TExample, TOutput>(
        EncoderModel<TInput, TExample, TOutput> model, FineTuningOptions? options, TrainingBackend? backend)
        where TExample : class, TInput
    {
        var task = model.Task;
        options = (options ?? new()).Validated();
        IObjective<TExample> objective = options.Distillation is { } distillation
            ? new DistilledObjective<TInput, TExample, TOutput>(task, TeacherModel<TInput>.Of(distillation.Teacher, model, options), distillation)
            : task;
        return new(model, objective, options, backend, new Augmentation<TExample>(task.Augmentation, (example, seed) => task.Augment(example, seed, model.Configuration)));
    }
}

/// <summary>The augmentation of examples.</summary>
/// <param name="Name">The name, by which a run is recognized.</param>
/// <param name="Apply">An example as it is learned from this time; equal seeds give equal results.</param>
internal sealed record Augmentation<TExample>(string Name, Func<TExample, ulong, TExample> Apply);
