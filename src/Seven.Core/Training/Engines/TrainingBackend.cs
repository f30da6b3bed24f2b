using Seven.Encoders;
using Seven.Encoders.Tasks;

namespace Seven.Training.Engines;

/// <summary>The device on which models are trained, if not the processor. The package Seven.TorchSharp implements it for GPUs.</summary>
internal abstract class TrainingBackend
{
    /// <param name="model">The model.</param>
    /// <param name="objective">The objective to minimize.</param>
    /// <param name="options">Options of the training.</param>
    /// <param name="updates">All updates of fine-tuning.</param>
    public abstract ITrainingEngine<TExample> NewEngine<TInput, TExample>(EncoderModel<TInput> model, IObjective<TExample> objective, FineTuningOptions options, int updates)
        where TExample : class, TInput;
}
