using Microsoft.ML;
using Microsoft.ML.Data;

namespace TextClassification;

/// <summary>Evaluation, in the shape that Model Builder generates.</summary>
public static partial class SentimentModel
{
    /// <summary>Judges a model by ML.NET's metrics.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView testData)
    {
        // The evaluator compares keys; the model's last step has mapped them back to labels.
        var scored = model.Transform(testData);
        var keyed = mlContext.Transforms.Conversion.MapValueToKey("PredictedLabel", keyData: LabelsOf(mlContext, scored)).Fit(scored).Transform(scored);
        return mlContext.MulticlassClassification.Evaluate(keyed, labelColumnName: "label", scoreColumnName: "Score", predictedLabelColumnName: "PredictedLabel");
    }

    /// <summary>The labels in the order of their keys.</summary>
    private static IDataView LabelsOf(MLContext mlContext, IDataView scored)
    {
        var labels = default(VBuffer<float>);
        scored.Schema["label"].GetKeyValues(ref labels);
        return mlContext.Data.LoadFromEnumerable(labels.DenseValues().Select(label => new LabelRow { Label = label }).ToList());
    }

    private sealed class LabelRow
    {
        public float Label { get; set; }
    }
}
