using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using Seven.MLNet;

namespace TextClassification;

/// <summary>Training, in the shape that Model Builder generates.</summary>
public static partial class SentimentModel
{
    public const char RetrainSeparatorChar = '\t';
    public const bool RetrainHasHeader = true;
    public const bool RetrainAllowQuoting = false;

    /// <summary>Loads a TSV file of sentences with labels.</summary>
    public static IDataView LoadIDataViewFromFile(MLContext mlContext, string inputDataFilePath) =>
        mlContext.Data.LoadFromTextFile<ModelInput>(inputDataFilePath, RetrainSeparatorChar, RetrainHasHeader, allowQuoting: RetrainAllowQuoting);

    /// <summary>Trains on all rows.</summary>
    public static ITransformer RetrainModel(MLContext mlContext, IDataView trainData, int epochs, SevenPruneOptions? pruning) =>
        BuildPipeline(mlContext, epochs, pruning).Fit(trainData);

    /// <summary>The steps from a row to a prediction.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="epochs">Passes over the rows.</param>
    /// <param name="pruning">How to prune; null for not at all.</param>
    public static IEstimator<ITransformer> BuildPipeline(MLContext mlContext, int epochs, SevenPruneOptions? pruning)
    {
        IEstimator<ITransformer> trainer = mlContext.MulticlassClassification.Trainers.TextClassification(labelColumnName: "label", sentence1ColumnName: "sentence", maxEpochs: epochs);
        if (pruning is not null)
            trainer = mlContext.Transforms.SevenPrune(trainer, pruning); // the one line that pruning takes
        return mlContext.Transforms.Conversion.MapValueToKey(outputColumnName: "label", inputColumnName: "label", addKeyValueAnnotationsAsText: false)
            .Append(trainer)
            .Append(mlContext.Transforms.Conversion.MapKeyToValue(outputColumnName: "PredictedLabel", inputColumnName: "PredictedLabel"));
    }

    /// <summary>Saves a model for programs that have ML.NET alone.</summary>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath) =>
        mlContext.Model.Save(model, data.Schema, modelSavePath);
}
