using ImageClassification.Data;
using Microsoft.ML;
using Seven.Metrics;
using Seven.MLNet;
using Seven.Training;

namespace Study.Tasks;

/// <summary>CIFAR-10, from a small ViT that was trained on it.</summary>
internal sealed class ImageStudyTask : StudyTask
{
    public override string Name => "cifar10";

    public override int Epochs => 4;

    public override double LearningRate => 5e-4;

    public override (IDataView Train, IDataView Validation, IDataView Test) Load(MLContext mlContext, string data, int unlabeledRows)
    {
        string folder = Path.Combine(data, "cifar10");
        var (train, validation) = HeldOut(mlContext, CifarFile.Load(mlContext, [FileOf("train_1.bin"), FileOf("train_2.bin")]));
        return (train, validation, CifarFile.Load(mlContext, [FileOf("test.bin")]));

        FileInfo FileOf(string name) => new(Path.Combine(folder, name));
    }

    public override string PretrainedIn(string data, string output)
    {
        string folder = Path.Combine(output, "vit-cifar10");
        if (!Directory.Exists(folder))
            VitCifar10.ToFolder(Path.Combine(data, "vit-cifar10", "model.safetensors"), folder);
        return folder;
    }

    public override IEstimator<ITransformer> Before(MLContext mlContext) => mlContext.Transforms.Conversion.MapValueToKey("Label");

    public override EncoderTrainer Trainer(MLContext mlContext, string folder, FineTuningOptions training, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        mlContext.MulticlassClassification.Trainers.VisionTransformer(new VisionTransformerOptions { ModelFolder = folder, FlipImages = true, FineTuning = training, Progress = progress, CancellationToken = cancellationToken });

    public override Metric Judge(MLContext mlContext, IDataView scored) =>
        new("micro accuracy", mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy);

    public override FineTuningOptions Training(int epochs, double learningRate, int seed) =>
        base.Training(epochs, learningRate, seed) with { BatchSize = 128, WeightDecay = 0, MaximumGradientNorm = null };
}
