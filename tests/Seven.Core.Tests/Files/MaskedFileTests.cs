using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;
using Seven.Pruning;
using Seven.Tests.Training;
using Seven.Training;
using Seven.Weights;

namespace Seven.Tests.Files;

/// <summary>One mask from the pruner to the file: compact files hold what pruning keeps, whatever its values.</summary>
[TestClass]
public sealed class MaskedFileTests
{
    private readonly string _folder = TestFolders.Temporary();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(null)]
    [DataRow(0.5)]
    public void The_masks_of_a_run_are_the_models_and_the_files(double? sparseFrom)
    {
        var model = Pruned(sparseFrom);
        model.SaveCompact(_folder);
        var loaded = EncoderModel.Load(_folder, EncoderTasks.TextClassification());
        foreach (var (one, other) in model.Parameters.Zip(loaded.Parameters))
        {
            Assert.AreEqual(one.IsPrunable, one.Mask is not null, one.Name);
            Assert.IsTrue(one.Values.SequenceEqual(other.Values), one.Name);
            if (one.Mask is not { } mask)
                continue;
            Assert.AreEqual(one.Count - one.Values.Count(0f), mask.Kept);
            AssertSame(mask, other.Mask!);
        }

        using var scorer = SparseModel.Load(_folder);
        Assert.AreEqual(0.8, scorer.Sparsity, 0.01);
    }

    [TestMethod]
    public void A_kept_weight_that_is_zero_is_kept_in_the_file()
    {
        var model = Pruned();
        var parameter = model.Parameters.First(parameter => parameter.Mask is { Kept: > 0 });
        int place = Enumerable.Range(0, parameter.Count).First(i => parameter.Mask![i]);
        parameter.Values[place] = 0;
        model.SaveCompact(_folder);
        var loaded = EncoderModel.Load(_folder, EncoderTasks.TextClassification()).Parameters.Single(other => other.Name == parameter.Name);
        AssertSame(parameter.Mask!, loaded.Mask!);
        Assert.AreEqual(0, loaded.Values[place]);
    }

    [TestMethod]
    public void Trained_on_without_pruning_a_model_has_no_masks_and_loses_nothing()
    {
        var model = Pruned();
        FineTuner.For(model, new FineTuningOptions { Epochs = 1, LearningRate = 1e-3 }).Run(TinyTask.Texts(32, seed: 5));
        Assert.IsTrue(model.Parameters.All(parameter => parameter.Mask is null));
        model.SaveCompact(_folder);
        foreach (var (one, other) in model.Parameters.Zip(EncoderModel.Load(_folder, EncoderTasks.TextClassification()).Parameters))
            Assert.IsTrue(one.Values.SequenceEqual(other.Values), one.Name);
    }

    [TestMethod]
    public void Zeros_of_a_dense_file_and_of_ones_own_are_masked()
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var parameter = model.Parameters.First(parameter => parameter.IsPrunable);
        for (int i = 0; i < parameter.Count; i += 2)
            parameter.Values[i] = 0;
        Assert.IsNull(parameter.Mask);
        parameter.MaskZeros();
        Assert.AreEqual(parameter.Count / 2, parameter.Mask!.Kept);
        model.Save(_folder);
        var loaded = EncoderModel.Load(_folder, EncoderTasks.TextClassification()).Parameters.Single(other => other.Name == parameter.Name);
        AssertSame(parameter.Mask, loaded.Mask!);
    }

    private static EncoderModel<TokenizedText, LabeledText, float[]> Pruned(double? sparseFrom = null)
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        FineTuner.For(model, new FineTuningOptions { Epochs = 3, LearningRate = 1e-3, SparseFrom = sparseFrom, Pruning = new PruningOptions() })
            .Run(TinyTask.Texts(64, seed: 1), TinyTask.Texts(32, seed: 2));
        return model;
    }

    private static void AssertSame(PruningMask expected, PruningMask found)
    {
        Assert.AreEqual(expected.Kept, found.Kept);
        Assert.IsTrue(found.IsSubsetOf(expected));
    }
}
