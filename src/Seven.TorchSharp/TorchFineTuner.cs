using Seven.Encoders;
using Seven.TorchSharp.Encoders;
using Seven.Training;
using static TorchSharp.torch;

namespace Seven.TorchSharp;

/// <summary>Makes fine-tuners that train Seven.Core's models by TorchSharp, on a GPU: the same weights go in and come out, with the same schedules and pruning.</summary>
/// <remarks>Evaluations inside a run are made on the device. Checkpoints are not written.</remarks>
public static class TorchFineTuner
{
    /// <summary>Fine-tunes a model for its task, judged by the task's metrics.</summary>
    /// <param name="model">The model; it holds the best weights afterwards.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="options">Options of the training; <see langword="null"/> for the defaults.</param>
    /// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16, which GPUs from NVIDIA's Ampere on do several times as fast; weights, sums and
    /// losses stay float32. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static FineTuner<TInput, TExample> For<TInput, TExample, TOutput>(
        EncoderModel<TInput, TExample, TOutput> model, Device device, FineTuningOptions? options = null, bool mixedPrecision = false)
        where TExample : class, TInput =>
        FineTuner.For(model, options, new TorchBackend(device, mixedPrecision));
}
