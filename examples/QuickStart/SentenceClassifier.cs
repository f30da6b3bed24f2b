using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet;
using Seven.Training;

namespace QuickStart;

/// <summary>A classifier of sentences, pruned with SEVEN in an ML.NET pipeline. The file depends on nothing else here: copy it into your project.</summary>
public static class SentenceClassifier
{
    /// <summary>Fine-tunes a pretrained encoder on labeled sentences for one epoch, then prunes it while fine-tuning it further.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="sentences">Rows of <see cref="Sentence"/>.</param>
    /// <param name="modelFolder">A Hugging Face folder of a BERT: <c>config.json</c>, <c>model.safetensors</c>, <c>vocab.txt</c>.</param>
    /// <param name="pruning">How to prune; <see langword="null"/> for a dense classifier trained for as many epochs.</param>
    /// <param name="training">Options of the training; its epochs are those of both steps together.</param>
    /// <param name="progress">Receives the progress of both steps after each update.</param>
    /// <param name="cancellationToken">Ends the training early; the model is returned as far as it came.</param>
    public static ITransformer Train(
        MLContext mlContext, IDataView sentences, string modelFolder, SevenPruneOptions? pruning, FineTuningOptions training,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var labels = mlContext.Transforms.Conversion.MapValueToKey("Label");
        var bert = mlContext.MulticlassClassification.Trainers.Bert(new BertClassificationOptions
        {
            ModelFolder = modelFolder,
            FineTuning = pruning is null ? training : training with { Epochs = 1 },
            MaximumTokens = 64,
            Progress = progress,
            CancellationToken = cancellationToken,
        });
        var names = mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel");
        if (pruning is null)
            return labels.Append(bert).Append(names).Fit(sentences);

        return labels.Append(bert)
            .Append(mlContext.Transforms.SevenPrune(pruning with { Epochs = training.Epochs - 1, Progress = progress, CancellationToken = cancellationToken }))
            .Append(names)
            .Fit(sentences);
    }

    /// <summary>Judges a model by ML.NET's metrics.</summary>
    public static MulticlassClassificationMetrics Evaluate(MLContext mlContext, ITransformer model, IDataView sentences) =>
        mlContext.MulticlassClassification.Evaluate(model.Transform(sentences));

    /// <summary>Loads a saved model in a context of its own, as another program would.</summary>
    public static PredictionEngine<Sentence, Prediction> Load(string path)
    {
        var mlContext = new MLContext();
        mlContext.ComponentCatalog.RegisterSeven();     // once, before Load
        var model = mlContext.Model.Load(path, out _);
        return mlContext.Model.CreatePredictionEngine<Sentence, Prediction>(model);
    }
}

/// <summary>A sentence and the name of its class.</summary>
public sealed class Sentence
{
    public string Text { get; set; } = "";

    public string Label { get; set; } = "";
}

/// <summary>The class of a sentence, and the probabilities of all classes.</summary>
public sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
