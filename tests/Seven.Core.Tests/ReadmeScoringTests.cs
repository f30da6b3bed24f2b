using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Formats.Compact;
using Seven.Inference;
using Seven.Tests.Training;
using Seven.Tokens;

namespace Seven.Tests;

/// <summary>The README's code for a service is this code, and it runs.</summary>
[TestClass]
public sealed class ReadmeScoringTests
{
    [TestMethod]
    public void The_example_runs()
    {
        string folder = TestFolders.Temporary();
        string[] tokens = [.. Vocabulary.Special, "a", "fine", "film", .. Enumerable.Range(0, 40).Select(i => $"word{i}")];
        var model = EncoderModel.Create(TinyTask.Shape with { VocabularySize = tokens.Length }, EncoderTasks.TextClassification(TinyTask.Labels));
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), tokens);

        string small = Path.Combine(folder, "int8"), smaller = Path.Combine(folder, "int4");
        string[] texts = ["a film", "a fine film", "word1 word2 word3"];

        // README begins
        model.SaveCompact(folder);                              // bitmasks and kept values: a quarter of the size at 80 % sparsity

        using var scorer = SparseModel.Load(folder);            // once, for all threads; the tokenizer comes from vocab.txt or tokenizer.json
        float[] one = scorer.Classify("a fine film");           // probabilities of the classes
        float[][] many = scorer.Classify(["fine", "a film"]);   // texts of any lengths, without padding
        float[] same = scorer.Classify([2, 5, 6, 7, 3]);        // token numbers work as well
        Console.WriteLine($"{scorer.Labels[0]}: {one[0]:P1}, {many.Length} more, {scorer.Sparsity:P0} zeros");

        scorer.SaveCompact(small, ValuePrecision.Int8);         // a twelfth of the size at 80 % sparsity
        scorer.SaveCompact(smaller, ValuePrecision.Int4, calibration: texts);   // rounded by what the layers read of texts like those to come
        using var fast = SparseModel.Load(small);               // scores in int8, as it was saved
        using var asked = SparseModel.Load(folder, new() { Precision = Precision.Int8 });   // the same from the floats
        Console.WriteLine($"{fast.Precision}: {fast.Classify("a fine film")[0]:P1}");
        // README ends

        Assert.AreEqual(1, one.Sum(), 1e-5);
        Assert.HasCount(2, many);
        CollectionAssert.AreEqual(one, same);
        CollectionAssert.AreEqual(fast.Classify("a fine film"), asked.Classify("a fine film"));
        Assert.AreEqual(one[0], fast.Classify("a fine film")[0], 0.02);
        using var four = SparseModel.Load(smaller);
        Assert.AreEqual(one[0], four.Classify("a fine film")[0], 0.05);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.Core.Tests", "ReadmeScoringTests.cs");
}
