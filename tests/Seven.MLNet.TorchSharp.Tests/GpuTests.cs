using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet.Tests.Cases;
using Seven.MLNet.TorchSharp.Tests.Cases;
using Seven.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>Trainers on a GPU; skipped where there is none.</summary>
[TestClass]
public sealed class GpuTests
{
    private static readonly FineTuningOptions s_training = new() { BatchSize = 8, Epochs = 12, LearningRate = 2e-3, Seed = 3 };

    public static IEnumerable<object[]> Stock => StockCase.All.Select(trainerCase => new object[] { trainerCase });

    [TestInitialize]
    public void RequireGpu()
    {
        if (!cuda.is_available())
            Assert.Inconclusive("There is no CUDA device here; this test needs one.");
    }

    [TestMethod]
    [DynamicData(nameof(Stock))]
    public void A_trainer_of_ML_NETs_own_prunes_on_the_GPU_and_its_model_scores_on_the_CPU(TrainerCase trainerCase)
    {
        var context = trainerCase.NewContext();
        (context.GpuDeviceId, context.FallbackToCpu) = (0, false);
        var model = trainerCase.Pipeline(context, Form.Wrapped, new SevenPruneOptions { Sparsity = 0.7 }).Fit(trainerCase.Rows(context));

        Assert.AreEqual(DeviceType.CUDA, SavedNetwork.ModelsIn(model).Single().parameters().First().device_type);
        Assert.IsTrue(model.Pruned().History.All(epoch => double.IsFinite(epoch.TrainingLoss)), string.Join(", ", model.Pruned().History));
        trainerCase.Evaluate(context, model.Transform(trainerCase.Rows(context)));
        AssertScoresOnTheCpu(trainerCase, context, model);
    }

    [TestMethod]
    public void A_second_step_prunes_on_the_GPU_what_was_trained_there()
    {
        var watched = new Watched();
        (watched.Context.GpuDeviceId, watched.Context.FallbackToCpu) = (0, false);
        using var first = watched.Wrapped(new SevenPruneOptions { Sparsity = 0.5 }, epochs: 2);
        using var second = watched.Context.Transforms.SevenPrune(new SevenPruneOptions { Sparsity = 0.8, Epochs = 2, Patience = 1, ValidationSet = watched.Rows }).Fit(first.Transform(watched.Rows));
        Assert.AreEqual(DeviceType.CUDA, SavedNetwork.ModelsIn(second).Single().parameters().First().device_type);
        Assert.AreEqual((long)Math.Floor((1 - 0.8) * second.Report.Weights), second.Report.Kept);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_encoder_of_this_project_learns_on_the_GPU_and_scores_on_the_CPU(bool mixedPrecision)
    {
        var trainerCase = new BertCase();
        var context = trainerCase.NewContext();
        var trainer = context.MulticlassClassification.Trainers.Bert(new BertClassificationOptions
        {
            Device = ComputeDevice.Cuda,
            MixedPrecision = mixedPrecision,
            Size = EncoderSize.Tiny,
            FineTuning = s_training,
        });
        AssertLearns(trainerCase, context, trainer);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_vision_transformer_learns_on_the_GPU_and_scores_on_the_CPU(bool mixedPrecision)
    {
        var trainerCase = new VisionTransformerCase();
        var context = trainerCase.NewContext();
        var trainer = context.MulticlassClassification.Trainers.VisionTransformer(new VisionTransformerOptions
        {
            Device = ComputeDevice.Cuda,
            MixedPrecision = mixedPrecision,
            Size = EncoderSize.Tiny,
            PatchSize = 4,
            FineTuning = s_training,
        });
        AssertLearns(trainerCase, context, trainer);
    }

    private static void AssertLearns(EncoderCase trainerCase, MLContext context, EncoderTrainer trainer)
    {
        var rows = trainerCase.Rows(context);
        var pruned = context.Transforms.SevenPrune(trainer, new SevenPruneOptions { Sparsity = 0.7 });
        var model = trainerCase.Before(context).Append(pruned).Append(trainerCase.After(context)).Fit(rows);
        Assert.IsGreaterThan(0.9, context.MulticlassClassification.Evaluate(model.Transform(rows)).MicroAccuracy, string.Join(", ", model.Pruned().History));
        AssertScoresOnTheCpu(trainerCase, context, model);
    }

    /// <summary>Saved, loaded into a context without a GPU: exactly the zeros asked for, nearly the same scores.</summary>
    private static void AssertScoresOnTheCpu(TrainerCase trainerCase, MLContext context, ITransformer model)
    {
        var rows = trainerCase.Rows(context);
        string folder = Directory.CreateTempSubdirectory("seven-model-").FullName, path = Path.Combine(folder, "model.zip");
        context.Model.Save(model, rows.Schema, path);
        var host = trainerCase.NewContext();
        host.ComponentCatalog.RegisterSeven();

        var zeros = trainerCase.ZerosIn(host, path);
        var report = model.Pruned().Report;
        Assert.AreEqual((long)Math.Floor((1 - 0.7) * report.Weights), report.Kept);
        foreach (var layer in report.Layers)
            Assert.AreEqual(layer.Weights - layer.Kept, zeros[layer.Name], layer.Name);

        var loaded = host.Model.Load(path, out _);
        var (expected, found) = (Scores(model.Transform(rows)), Scores(loaded.Transform(trainerCase.Rows(host))));
        Assert.HasCount(expected.Count, found);
        for (int i = 0; i < expected.Count; i++)
            Assert.AreEqual(expected[i], found[i], 1e-3f * Math.Max(1, Math.Abs(expected[i])), $"score {i}");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>All scores of all rows, where the task has such a column.</summary>
    private static List<float> Scores(IDataView scored) => scored.Schema.GetColumnOrNull("Score")?.Type switch
    {
        NumberDataViewType => [.. scored.GetColumn<float>("Score")],
        VectorDataViewType => [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)],
        _ => [],
    };
}
