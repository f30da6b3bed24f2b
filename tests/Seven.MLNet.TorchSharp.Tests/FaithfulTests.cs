using Microsoft.ML;
using Seven.MLNet.TorchSharp.Tests.Cases;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Tests;

/// <summary>With a sparsity of 0 the wrapped trainer is the stock trainer.</summary>
[TestClass]
public sealed class FaithfulTests
{
    public static IEnumerable<object[]> Cases => StockCase.All.Select(trainerCase => new object[] { trainerCase });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Without_sparsity_the_weights_are_the_stock_trainers_bit_for_bit(TrainerCase trainerCase)
    {
        var context = trainerCase.NewContext();
        var rows = trainerCase.Before(context).Fit(trainerCase.Rows(context)).Transform(trainerCase.Rows(context));
        var trainer = trainerCase.Trainer(context, epochs: 2);

        // The head starts from libtorch's random numbers.
        random.manual_seed(5);
        var stock = trainer.Fit(rows);
        random.manual_seed(5);
        var pruned = context.Transforms.SevenPrune(trainer, new SevenPruneOptions { Sparsity = 0 }).Fit(rows);

        var expected = SavedNetwork.WeightsOf(stock);
        var found = SavedNetwork.WeightsOf(pruned);
        CollectionAssert.AreEquivalent(expected.Keys, found.Keys);
        foreach (var (name, weights) in expected)
            Assert.IsTrue(weights.bytes.SequenceEqual(found[name].bytes), name);
        Assert.AreEqual(pruned.Report.Weights, pruned.Report.Kept);
        ((IDisposable)stock).Dispose();
        pruned.Dispose();
    }
}
