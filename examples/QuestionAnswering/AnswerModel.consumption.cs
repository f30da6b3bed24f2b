using Microsoft.ML;

namespace QuestionAnswering;

/// <summary>Prediction, in the shape that Model Builder generates.</summary>
public static partial class AnswerModel
{
    /// <summary>Answers with a model loaded from a file.</summary>
    /// <param name="mlNetModelPath">The file.</param>
    /// <param name="input">The question and its context.</param>
    public static ModelOutput Predict(string mlNetModelPath, ModelInput input)
    {
        var mlContext = new MLContext();
        mlContext.ComponentCatalog.RegisterSeven();
        var model = mlContext.Model.Load(mlNetModelPath, out _);
        using var engine = mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(model);
        return engine.Predict(input);
    }

    /// <summary>A question and the text that contains its answer.</summary>
    public sealed class ModelInput
    {
        public string Context { get; set; } = "";

        public string Question { get; set; } = "";
    }

    /// <summary>The best answers, the best one first, and their probabilities.</summary>
    public sealed class ModelOutput
    {
        public string[] Answer { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}
