using Seven.Pruning;
using Seven.Tests;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tests;

/// <summary>The README's code for TorchSharp is this code, and it runs.</summary>
[TestClass]
public sealed class ReadmeTests
{
    [TestMethod]
    public void The_example_runs()
    {
        using var model = TestTask.Seeded(CPU);
        const int steps = 12;
        void Backward(int step) => model.AddGradients(step);

        // README begins
        using var optimizer = optim.AdamW(model.parameters(), 5e-5);
        using var pruner = new TorchPruner(model, new PruningOptions { Sparsity = 0.9 }, totalSteps: steps);
        for (int step = 0; step < steps; step++)
        {
            optimizer.zero_grad();
            Backward(step);             // forward, loss.backward()
            pruner.MaskGradients();     // before clipping, if you clip
            optimizer.step();
            pruner.Step(optimizer);     // scores, prunes, keeps pruned weights and their moments at zero
        }

        Console.WriteLine(pruner.Report());
        // README ends

        Assert.AreEqual((long)Math.Floor((1 - 0.9) * pruner.Report().Weights), pruner.Report().Kept);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.TorchSharp.Tests", "ReadmeTests.cs");
}
