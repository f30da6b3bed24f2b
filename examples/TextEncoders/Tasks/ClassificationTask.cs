using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet;

namespace TextEncoders.Tasks;

/// <summary>Single sentences with a label of 0 or 1.</summary>
internal abstract class ClassificationTask : TextTask
{
    public override IEstimator<ITransformer> Before(MLContext mlContext) => mlContext.Transforms.Conversion.MapValueToKey("Label");

    public override EncoderTrainer Trainer(MLContext mlContext, TrainingChoices choices, IDataView? validation) => mlContext.MulticlassClassification.Trainers.Bert(new BertClassificationOptions
    {
        ModelFolder = choices.ModelFolder,
        VocabularyFile = choices.VocabularyFile,
        Size = choices.Size,
        FineTuning = choices.Training,
        ValidationSet = validation,
    });

    public override FormattableString Evaluate(MLContext mlContext, IDataView scored)
    {
        var metrics = mlContext.MulticlassClassification.Evaluate(scored);
        return $"micro accuracy {metrics.MicroAccuracy:P2}, macro accuracy {metrics.MacroAccuracy:P2}, log-loss {metrics.LogLoss:F3}, Matthews {Matthews(metrics.ConfusionMatrix):F3}";
    }

    /// <summary>CoLA's measure, from ML.NET's confusion matrix.</summary>
    private static double Matthews(ConfusionMatrix counts)
    {
        double truePositive = counts.Counts[1][1], trueNegative = counts.Counts[0][0], falsePositive = counts.Counts[0][1], falseNegative = counts.Counts[1][0];
        double product = (truePositive + falsePositive) * (truePositive + falseNegative) * (trueNegative + falsePositive) * (trueNegative + falseNegative);
        return product == 0 ? 0 : (truePositive * trueNegative - falsePositive * falseNegative) / Math.Sqrt(product);
    }
}
