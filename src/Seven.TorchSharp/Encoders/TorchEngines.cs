using Seven.Encoders;
using Seven.Training;
using Seven.Training.Engines;
using Seven.Training.Objectives;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Encoders;

/// <summary>Makes engines that train by TorchSharp.</summary>
/// <param name="device">Where.</param>
/// <param name="mixedPrecision">Whether matrices are multiplied in bfloat16, with float32 weights beside.</param>
internal sealed class TorchEngines(Device device, bool mixedPrecision) : IEngineFactory
{
    public ITrainingEngine<TExample> New<TInput, TExample>(
        TransformerModel<TInput> model, IObjective<TExample> objective, FineTuningOptions options, int updates, IReadOnlyList<TExample> train)
        where TExample : class, TInput
    {
        EncoderConfiguration shape = model switch
        {
            BertClassifier classifier => classifier.Configuration,
            BertRegressor regressor => regressor.Configuration,
            BertQuestionAnswering answering => answering.Configuration,
            _ => ((VitClassifier)(object)model).Configuration,
        };
        return new TorchEngine<TInput, TExample>(model, shape, objective, options, updates, device, mixedPrecision);
    }
}
