using Microsoft.ML;
using Seven.MLNet;

namespace QuestionAnswering;

/// <summary>Training, in the shape that Model Builder generates.</summary>
public static partial class AnswerModel
{
    /// <summary>Fits the pipeline to questions.</summary>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData, BertQuestionAnsweringOptions trainer, SevenPruneOptions? pruning = null) =>
        BuildPipeline(mlContext, trainer, pruning).Fit(trainData);

    /// <summary>The network, pruned while it is trained if asked to.</summary>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext, BertQuestionAnsweringOptions trainer, SevenPruneOptions? pruning = null)
    {
        var network = mlContext.MulticlassClassification.Trainers.BertQuestionAnswering(trainer);
        return pruning is null ? network : mlContext.Transforms.SevenPrune(network, pruning);
    }
}
