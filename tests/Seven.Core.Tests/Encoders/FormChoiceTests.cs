using Seven.Weights;

namespace Seven.Tests.Encoders;

/// <summary>The measured switch between dense and sparse kernels.</summary>
[TestClass]
public sealed class FormChoiceTests
{
    [TestMethod]
    [DataRow(0.3, 0.5)]
    [DataRow(0.5, 0.5)]
    [DataRow(0.51, 0.7)]
    [DataRow(0.8, 0.85)]
    [DataRow(0.95, 0.95)]
    [DataRow(0.96, 2.0)]
    public void The_first_step_at_which_sparse_kernels_are_no_slower_is_taken_and_none_is_timed_after_it(double fasterFrom, double expected)
    {
        List<double> timed = [];
        double found = FormChoice.FirstFaster(sparsity =>
        {
            timed.Add(sparsity);
            return sparsity >= fasterFrom;
        });

        Assert.AreEqual(expected, found);
        CollectionAssert.AreEqual(timed.Order().Distinct().ToList(), timed);
        Assert.AreEqual(Math.Min(expected, 0.95), timed[^1]);
    }

    [TestMethod]
    [DataRow(256, 256, 64)]
    [DataRow(64, 700, 16)]
    [DataRow(3, 50, 1)]
    public void It_is_measured_once_for_a_shape(int rows, int columns, int tokens)
    {
        double scoring = FormChoice.Measured(rows, columns, tokens, FormUse.Scoring), training = FormChoice.Measured(rows, columns, tokens, FormUse.Training);

        // Measuring allocates matrices.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.AreEqual(scoring, FormChoice.Measured(rows, columns, tokens, FormUse.Scoring));
        Assert.AreEqual(training, FormChoice.Measured(rows, columns, tokens, FormUse.Training));
        Assert.IsLessThan(rows * columns * sizeof(float), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void At_ninety_five_percent_a_wide_layer_is_sparse_on_any_machine() =>
        Assert.IsLessThanOrEqualTo(0.95, FormChoice.Measured(768, 768, 128, FormUse.Scoring));
}
