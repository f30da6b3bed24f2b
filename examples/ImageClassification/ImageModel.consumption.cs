using Microsoft.ML;
using Microsoft.ML.Data;

namespace ImageClassification;

/// <summary>Prediction, in the shape that Model Builder generates.</summary>
public static partial class ImageModel
{
    /// <summary>Predicts with a model loaded from a file.</summary>
    /// <param name="mlNetModelPath">The file.</param>
    /// <param name="image">32 × 32 pixels, 0 to 255: red, green and blue planes.</param>
    public static ModelOutput Predict(string mlNetModelPath, float[] image)
    {
        var mlContext = new MLContext();
        mlContext.ComponentCatalog.RegisterSeven();
        var model = mlContext.Model.Load(mlNetModelPath, out _);
        using var engine = mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(model);
        return engine.Predict(new ModelInput { Image = image });
    }

    /// <summary>An image.</summary>
    public sealed class ModelInput
    {
        public string Label { get; set; } = "";

        [VectorType(3 * 32 * 32)]
        public float[] Image { get; set; } = [];
    }

    /// <summary>What the model says of it.</summary>
    public sealed class ModelOutput
    {
        public string Predicted { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
