using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Numerics;
using Seven.Pruning;
using Seven.Pruning.Criteria;
using Seven.Training;
using Seven.Weights;
using Seven.Weights.Sparse;

namespace Seven.Tests.Training;

/// <summary>Layers that switch to sparse storage while they are pruned.</summary>
[TestClass]
public sealed class SparseTrainingTests
{
    [TestMethod]
    [DataRow(0.5, true)]
    [DataRow(0.51, false)]
    public void A_layer_switches_at_the_sparsity_given_and_not_before(double sparseFrom, bool isSparse)
    {
        var model = EncoderModel.Create(TinyTask.Shape, EncoderTasks.TextClassification(TinyTask.Labels), seed: 1);
        var options = new PruningOptions { Scope = PruningScope.PerLayer, Criterion = new MagnitudeCriterion() };
        var pruner = new Pruner(model.Parameters, options, new PruningSchedule(0.5, 0, 2));
        var optimizer = new AdamW(model.Parameters, 0, Workers.Sequential);
        using var sparse = new SparseTraining(model.Parameters, pruner, _ => sparseFrom, Workers.Sequential);
        LayerWeights[] pruned = [.. model.Parameters.Where(parameter => pruner.Names.Contains(parameter.Name)).Select(parameter => parameter.Layer!).Distinct()];

        sparse.Follow(pruned: true, optimizer);
        Assert.IsTrue(pruned.All(layer => layer.Form is DenseForm));
        pruner.Step();
        sparse.Follow(pruned: true, optimizer);
        Assert.IsTrue(pruned.All(layer => layer.Form is DenseForm), "An eighth of the zeros is to come.");
        pruner.Step();
        sparse.Follow(pruned: true, optimizer);
        Assert.IsTrue(pruned.All(layer => layer.Form is SparseForm == isSparse));
        sparse.Dispose();
        Assert.IsTrue(pruned.All(layer => layer.Form is DenseForm), "After training, layers are dense, so that parameters can be read.");
    }
}
