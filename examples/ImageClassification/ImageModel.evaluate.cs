using Microsoft.ML;
using Microsoft.ML.Data;

namespace ImageClassification;

/// <summary>Evaluation, in the shape that Model Builder generates.</summary>
public static partial class ImageModel
{
    /// <summary>Judges a model by ML.NET's metrics.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView testData) =>
        mlContext.MulticlassClassification.Evaluate(model.Transform(testData));
}
