using Seven.Encoders.Layers;

namespace Seven.Tests.Encoders;

/// <summary>The measured switch between dense and sparse kernels.</summary>
[TestClass]
public sealed class SparseSwitchTests
{
    [TestMethod]
    [DataRow(256, 256, 64)]
    [DataRow(64, 700, 16)]
    [DataRow(3, 5, 1)]
    public void It_is_measured_once_for_a_shape(int rows, int columns, int tokens)
    {
        double scoring = SparseSwitch.ForScoring(rows, columns, tokens), training = SparseSwitch.ForTraining(rows, columns, tokens);
        foreach (double smallest in new[] { scoring, training })
            Assert.IsTrue(smallest is 0.5 or 0.7 or 0.85 or 0.95 or 2, $"{smallest}");

        // Measuring allocates matrices.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.AreEqual(scoring, SparseSwitch.ForScoring(rows, columns, tokens));
        Assert.AreEqual(training, SparseSwitch.ForTraining(rows, columns, tokens));
        Assert.IsLessThan(rows * columns * sizeof(float), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void At_ninety_five_percent_a_wide_layer_is_sparse_on_any_machine() =>
        Assert.IsLessThanOrEqualTo(0.95, SparseSwitch.ForScoring(768, 768, 128));
}
