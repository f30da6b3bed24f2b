using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.AutoFormerV2;
using Microsoft.ML.Transforms.Image;
using Seven.Metrics;
using Seven.MLNet.Pipeline;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>Boxes around objects in an image, with their classes.</summary>
internal sealed class ObjectDetectionKind : TrainerKind
{
    public override string Name => "MulticlassClassification.Trainers.ObjectDetection";

    public override Type Trainer => typeof(ObjectDetectionTrainer);

    public override Type TrainerOptions => typeof(ObjectDetectionTrainer.Options);

    public override Type Transformer => typeof(ObjectDetectionTransformer);

    public override IReadOnlyList<string> Head => ["bbox_head.retina_*"];

    /// <summary>One image is one update. The clipping is a constant in the trainer, before this project's seam: gradients of pruned weights count in that norm.</summary>
    public override TrainingSettings SettingsOf(object options)
    {
        var detection = (ObjectDetectionTrainer.Options)options;
        return new TrainingSettings(BatchSize: 1, detection.MaxEpoch, ClipNorm: 0, detection.LogEveryNStep, ReportsLoss: true, detection.ValidationSet);
    }

    public override void SetEpochs(object options, int epochs) => ((ObjectDetectionTrainer.Options)options).MaxEpoch = epochs;

    public override void TakeOver(object options) => ((ObjectDetectionTrainer.Options)options).LogEveryNStep = 1;

    public override void GiveBack(object options, TrainingSettings settings) => ((ObjectDetectionTrainer.Options)options).LogEveryNStep = settings.LogEveryNStep;

    public override IReadOnlyList<InputColumn> InputsOf(object options) =>
        [new("Image", ((ObjectDetectionTrainer.Options)options).ImageColumnName, new ImageDataViewType())];

    /// <summary>Mean average precision at an overlap of a half, by ML.NET's own evaluator. There is no loss.</summary>
    public override Evaluation Evaluate(MLContext context, object options, IDataView scored)
    {
        var columns = (ObjectDetectionTrainer.Options)options;
        var (label, predicted) = (columns.LabelColumnName + ".Text", columns.PredictedLabelColumnName + ".Text");
        var named = context.Transforms.Conversion
            .MapKeyToValue([new InputOutputColumnPair(label, columns.LabelColumnName), new InputOutputColumnPair(predicted, columns.PredictedLabelColumnName)])
            .Fit(scored).Transform(scored);
        var metrics = context.MulticlassClassification.EvaluateObjectDetection(
            named, named.Schema[label], named.Schema[columns.BoundingBoxColumnName],
            named.Schema[predicted], named.Schema[columns.PredictedBoundingBoxColumnName], named.Schema[columns.ScoreColumnName]);
        return new Evaluation(double.NaN, [new("mAP 50", metrics.MAP50), new("mAP 50-95", metrics.MAP50_95)]);
    }
}
