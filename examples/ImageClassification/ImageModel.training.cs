using Microsoft.ML;
using Seven.MLNet;

namespace ImageClassification;

/// <summary>Training, in the shape that Model Builder generates.</summary>
public static partial class ImageModel
{
    /// <summary>Fits the pipeline to images.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="trainData">Labels, and vectors of pixels or paths of images.</param>
    /// <param name="trainer">The network and its training.</param>
    /// <param name="imageSize">Height and width of the network's images.</param>
    /// <param name="pruning">How to prune; <see langword="null"/> for not at all.</param>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData, VisionTransformerOptions trainer, int imageSize, SevenPruneOptions? pruning = null) =>
        BuildPipeline(mlContext, trainData.Schema, trainer, imageSize, pruning).Fit(trainData);

    /// <summary>The steps: keys of labels, images where there are paths, the network, and labels of keys.</summary>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext, DataViewSchema schema, VisionTransformerOptions trainer, int imageSize, SevenPruneOptions? pruning = null)
    {
        IEstimator<ITransformer> network = pruning is null
            ? mlContext.MulticlassClassification.Trainers.VisionTransformer(trainer)
            : mlContext.Transforms.SevenPrune(mlContext.MulticlassClassification.Trainers.VisionTransformer(trainer), pruning);
        IEstimator<ITransformer> pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label");
        if (schema.GetColumnOrNull("ImagePath") is not null)
            pipeline = pipeline
                .Append(mlContext.Transforms.LoadImages("Image", imageFolder: null, "ImagePath"))
                .Append(mlContext.Transforms.ResizeImages("Image", imageSize, imageSize));
        return pipeline.Append(network).Append(mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
    }
}
