using Seven.Cli.Pruning;
using Seven.Goals;
using Seven.Reports;

namespace Seven.Cli.Tests;

/// <summary>When a loss is said to be known too little for its goal.</summary>
[TestClass]
public sealed class FewRowsTests
{
    [TestMethod]
    [DataRow(0.895, 0.006, true)]
    [DataRow(0.895, 0.004, false)]
    [DataRow(0.905, 0.02, true)]
    [DataRow(0.88, 0.006, false, false)]
    [DataRow(0.895, null, false)]
    public void A_loss_is_warned_of_that_holds_and_whose_standard_error_reaches_beyond_the_goal(double metric, double? error, bool isWarnedOf, bool holds = true)
    {
        SearchTrial dense = new("unstructured", 0, "Float32", 0, true, 0.9, 100, 1, true), chosen = dense with { Sparsity = 0.8, Epochs = 3, Metric = metric, Holds = holds };
        var search = new SearchReport("goal", "accuracy", "32 tokens", dense, [chosen], chosen) { LossError = error };
        string? warning = FewRows.Warning(PruningGoal.Loss(0.01), search);
        Assert.AreEqual(isWarnedOf, warning is not null, warning);
        if (isWarnedOf)
            Assert.Contains($"with a standard error of {error!.Value.ToString("F4", System.Globalization.CultureInfo.InvariantCulture)}, and the goal 0.01", warning!);
        Assert.IsNull(FewRows.Warning(PruningGoal.Size(100), search));
    }
}
