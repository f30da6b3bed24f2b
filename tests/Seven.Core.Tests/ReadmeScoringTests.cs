using Seven.Encoders;
using Seven.Inference;
using Seven.Tests.Training;

namespace Seven.Tests;

/// <summary>The README's code for a service is this code, and it runs.</summary>
[TestClass]
public sealed class ReadmeScoringTests
{
    [TestMethod]
    public void The_example_runs()
    {
        string folder = TestFolders.Temporary();
        var model = new BertClassifier(TinyTask.Shape);
        LabelledText[] texts = TinyTask.Texts(8, seed: 1);

        // README begins
        model.SaveCompact(folder);                              // bitmasks and kept values: a quarter of the size at 80 % sparsity

        using var scorer = SparseModel.Load(folder);            // once, for all threads
        float[] one = scorer.Classify([2, 19, 31, 3]);          // probabilities, from token numbers
        float[][] many = scorer.Classify(texts);                // texts of any lengths, without padding
        Console.WriteLine($"{scorer.Labels[0]}: {one[0]:P1}, {many.Length} more, {scorer.Sparsity:P0} zeros");
        // README ends

        Assert.AreEqual(1, one.Sum(), 1e-5);
        Assert.HasCount(8, many);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.Core.Tests", "ReadmeScoringTests.cs");
}
