using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Metrics;
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
        FineTuning = validation is null ? choices.Training : choices.Training with { BestBy = BestBy },
        ValidationSet = validation,
        Progress = choices.Progress,
        CancellationToken = choices.CancellationToken,
    });

    public override IReadOnlyList<Metric> Evaluate(MLContext mlContext, IDataView scored)
    {
        var metrics = mlContext.MulticlassClassification.Evaluate(scored);
        Metric[] all =
        [
            new("micro accuracy", metrics.MicroAccuracy), new("macro accuracy", metrics.MacroAccuracy), new("log-loss", metrics.LogLoss), new("Matthews", Matthews(metrics.ConfusionMatrix)),
        ];
        return [.. all.OrderByDescending(metric => metric.Name == JudgedBy)];
    }

    /// <summary>The metric by which epochs, and trials of a search, are compared.</summary>
    protected abstract string BestBy { get; }

    /// <summary>The metric by which the benchmark judges.</summary>
    protected abstract string JudgedBy { get; }

    /// <summary>CoLA's measure, from ML.NET's confusion matrix.</summary>
    private static double Matthews(ConfusionMatrix counts)
    {
        double truePositive = counts.Counts[1][1], trueNegative = counts.Counts[0][0], falsePositive = counts.Counts[0][1], falseNegative = counts.Counts[1][0];
        double product = (truePositive + falsePositive) * (truePositive + falseNegative) * (trueNegative + falsePositive) * (trueNegative + falseNegative);
        return product == 0 ? 0 : (truePositive * trueNegative - falsePositive * falseNegative) / Math.Sqrt(product);
    }
}
