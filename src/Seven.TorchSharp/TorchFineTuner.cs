using Seven.Encoders;
using Seven.TorchSharp.Encoders;
using Seven.Training;
using static TorchSharp.torch;

namespace Seven.TorchSharp;

/// <summary>Makes fine-tuners that train Seven.Core's models by TorchSharp, on a GPU: the same weights go in and come out, with the same schedules and pruning.</summary>
/// <remarks>Evaluations inside a run are made on the device. Checkpoints are not written.</remarks>
public static class TorchFineTuner
{
    /// <summary>Fine-tunes a text classifier.</summary>
    /// <param name="model">The model; it holds the best weights afterwards.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16, which GPUs from NVIDIA's Ampere on do several times as fast; weights, sums and
    /// losses stay float32. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static FineTuner<TokenizedText, LabelledText> For(BertClassifier model, Device device, FineTuningOptions? options = null, bool mixedPrecision = false) =>
        FineTuner.For(model, options, new TorchEngines(device, mixedPrecision));

    /// <summary>Fine-tunes a text regressor.</summary>
    /// <inheritdoc cref="For(BertClassifier, Device, FineTuningOptions?, bool)" path="/param|/exception"/>
    public static FineTuner<TokenizedText, ScoredText> For(BertRegressor model, Device device, FineTuningOptions? options = null, bool mixedPrecision = false) =>
        FineTuner.For(model, options, new TorchEngines(device, mixedPrecision));

    /// <summary>Fine-tunes a model that finds answers.</summary>
    /// <inheritdoc cref="For(BertClassifier, Device, FineTuningOptions?, bool)" path="/param|/exception"/>
    public static FineTuner<TokenizedText, AnsweredText> For(BertQuestionAnswering model, Device device, FineTuningOptions? options = null, bool mixedPrecision = false) =>
        FineTuner.For(model, options, new TorchEngines(device, mixedPrecision));

    /// <summary>Fine-tunes an image classifier.</summary>
    /// <param name="model">The model; it holds the best weights afterwards.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16.</param>
    /// <param name="flipImages">Whether every second image, by chance, is learnt from as its mirror image.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static FineTuner<Picture, LabelledPicture> For(VitClassifier model, Device device, FineTuningOptions? options = null, bool mixedPrecision = false, bool flipImages = false) =>
        FineTuner.For(model, options, flipImages, new TorchEngines(device, mixedPrecision));
}
