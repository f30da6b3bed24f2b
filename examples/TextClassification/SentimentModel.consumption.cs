using Microsoft.ML;
using Microsoft.ML.Data;

namespace TextClassification;

/// <summary>Prediction, in the shape that Model Builder generates.</summary>
public static partial class SentimentModel
{
    /// <summary>Predicts with a model loaded from a file.</summary>
    /// <param name="mlNetModelPath">The file.</param>
    /// <param name="input">The sentence.</param>
    public static ModelOutput Predict(string mlNetModelPath, ModelInput input)
    {
        var mlContext = new MLContext();
        var model = mlContext.Model.Load(mlNetModelPath, out _);
        using var engine = mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(model);
        return engine.Predict(input);
    }

    /// <summary>A row of the file.</summary>
    public sealed class ModelInput
    {
        [LoadColumn(0)]
        [ColumnName("sentence")]
        public string Sentence { get; set; } = "";

        [LoadColumn(1)]
        [ColumnName("label")]
        public float Label { get; set; }
    }

    /// <summary>What the model says of it.</summary>
    public sealed class ModelOutput
    {
        [ColumnName("PredictedLabel")]
        public float PredictedLabel { get; set; }

        [ColumnName("Score")]
        public float[] Score { get; set; } = [];
    }
}
