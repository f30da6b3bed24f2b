using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.MLNet.Tests.Cases;
using Seven.Pruning.Patterns;
using Seven.Tests;
using Seven.Training;

namespace Seven.MLNet.Tests;

/// <summary>Networks of pipelines that lose whole heads and features, and are smaller for it.</summary>
[TestClass]
public sealed class StructureTests
{
    private static readonly FineTuningOptions s_training = new() { Epochs = 6, BatchSize = 8, LearningRate = 2e-3 };

    private readonly MLContext _context = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("seven-structure-").FullName;

    private IDataView Rows => Sentences.Rows(_context);

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>Features, then heads, then single weights within what is left: each step starts from the smaller network before it.</summary>
    [TestMethod]
    public void Steps_of_structures_and_single_weights_compose()
    {
        var mlContext = _context;
        var bert = new BertCase().Trainer(_context, s_training);

        // README begins
        // Half of the features between the layers of feed-forward blocks go, then half of the attention heads, then four of five weights of what is left.
        var smaller = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(bert)
            .Append(mlContext.Transforms.SevenPrune(new SevenPruneOptions { Pattern = new IntermediateFeatures(), Sparsity = 0.5 }))
            .Append(mlContext.Transforms.SevenPrune(new SevenPruneOptions { Pattern = new AttentionHeads(), Sparsity = 0.5 }))
            .Append(mlContext.Transforms.SevenPrune());
        // README ends

        using var dense = Sentences.Before(_context).Append(new BertCase().Trainer(_context, s_training)).Fit(Rows);
        var before = dense.LastTransformer.Model.Configuration;
        using var model = smaller.Fit(Rows);
        var network = (EncoderTransformer)model.LastTransformer.Network;
        Assert.AreEqual(before.IntermediateSize / 2, network.Model.Configuration.IntermediateSize);
        Assert.AreEqual(before.Layers * before.Heads / 2, network.Model.Configuration.PrunedHeads.Sum(layer => layer.Value.Count));
        Assert.AreEqual(0.8, model.LastTransformer.Report.Sparsity, 1e-3);
        Assert.IsGreaterThan(0.8, _context.MulticlassClassification.Evaluate(model.Transform(Rows)).MicroAccuracy);

        string path = Path.Combine(_folder, "model.zip");
        _context.Model.Save(model, Rows.Schema, path);
        var other = new MLContext();
        other.ComponentCatalog.RegisterSeven();
        CollectionAssert.AreEqual(Scores(model), Scores(other.Model.Load(path, out _)));
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.MLNet.Tests", "StructureTests.cs");

    private float[] Scores(ITransformer model) => [.. model.Transform(Rows).GetColumn<float[]>("Score").SelectMany(scores => scores)];
}
