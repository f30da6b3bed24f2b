using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Tests.Training;
using Seven.Training;

namespace Seven.Tests;

/// <summary>The README's code is this code, and it runs.</summary>
[TestClass]
public sealed class ReadmeTests
{
    [TestMethod]
    public void The_example_runs()
    {
        string folder = TestFolders.Temporary();
        EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels)).Save(folder);
        LabeledText[] train = TinyTask.Texts(64, seed: 1), validation = TinyTask.Texts(32, seed: 2);
        using var source = new CancellationTokenSource();
        string output = Path.Combine(folder, "pruned");

        // README begins
        // A Hugging Face folder with config.json and model.safetensors; labels of a new task start a new last layer.
        var model = EncoderModel.Load(folder, EncoderTasks.TextClassification(["negative", "positive"]));

        var options = new FineTuningOptions
        {
            Epochs = 3,
            LearningRate = 5e-5,
            CheckpointPath = Path.Combine(output, "checkpoint.safetensors"),
            Pruning = new PruningOptions
            {
                Sparsity = 0.9,
                Criterion = new SevenCriterion { ScoreDecay = 0.95 },
                Exclude = ["bert.pooler.*"],
            },
        };

        // Examples are token numbers with a label: new LabeledText { Tokens = [2, 1996, 3185, 3], Label = 1 }
        var result = FineTuner.For(model, options).Run(train, validation, cancellationToken: source.Token);

        Console.WriteLine(result.Evaluation);   // loss, accuracy, macro F1, Matthews, of the best epoch
        Console.WriteLine(result.Pruning);      // weights, kept and zeros, layer by layer
        model.Save(output);

        float[] probabilities = EncoderModel.Load(output, EncoderTasks.TextClassification()).Predict([validation[0]])[0];
        // README ends

        Assert.HasCount(2, probabilities);
        Assert.AreEqual(0.9, result.Pruning!.Sparsity, 1e-3);
        Assert.DoesNotContain("bert.pooler.dense.weight", result.Pruning.Layers.Select(layer => layer.Name));
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.Core.Tests", "ReadmeTests.cs");
}
