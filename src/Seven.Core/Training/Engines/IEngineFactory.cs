using Seven.Encoders;
using Seven.Training.Objectives;

namespace Seven.Training.Engines;

/// <summary>Makes what trains a model.</summary>
internal interface IEngineFactory
{
    /// <param name="model">The model.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="options">How to train.</param>
    /// <param name="updates">All updates of fine-tuning.</param>
    /// <param name="train">The examples.</param>
    ITrainingEngine<TExample> New<TInput, TExample>(
        TransformerModel<TInput> model, IObjective<TExample> objective, FineTuningOptions options, int updates, IReadOnlyList<TExample> train)
        where TExample : class, TInput;
}
