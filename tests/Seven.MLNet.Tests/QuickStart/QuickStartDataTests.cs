using QuickStart;
using QuickStart.Data;
using Seven.Tests;

namespace Seven.MLNet.Tests;

/// <summary>The quick start's reading of files, and what it refuses.</summary>
[TestClass]
public sealed class QuickStartDataTests
{
    private readonly string _file = Path.Combine(TestFolders.Temporary(), "data.tsv");

    [TestMethod]
    public void A_header_is_recognized_and_optional()
    {
        File.WriteAllText(_file, "sentence\tlabel\ngood\t1\nbad\t0\nfine\t1\n");
        Assert.HasCount(3, TsvFile.Read(_file));
        File.WriteAllText(_file, "good\t1\nbad\t0\nfine\t1\n");
        Assert.HasCount(3, TsvFile.Read(_file));
    }

    [TestMethod]
    [DataRow("good\t1\nbad\n", "line 2 has 1 columns")]
    [DataRow("good\t1\nbad\t\n", "line 2 has 2 columns, some perhaps empty")]
    [DataRow("a\tb\tc\n", "line 1 has 3 columns")]
    [DataRow("", "holds no examples")]
    [DataRow("sentence\tlabel\n", "holds a header only, 'sentence' and 'label'")]
    public void A_file_of_another_form_is_refused(string content, string reason)
    {
        File.WriteAllText(_file, content);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => TsvFile.Read(_file));
        StringAssert.Contains(error.Message, reason);
        StringAssert.Contains(error.Message, _file);
    }

    [TestMethod]
    public void Unknown_labels_and_single_classes_are_refused()
    {
        List<Sentence> train = [Row("a", "x"), Row("b", "y"), Row("c", "x")];
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Dataset.WithTest(train, [Row("d", "z")], "test.tsv", 10, 0)).Message, "test.tsv has the label 'z'");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Dataset.Split([Row("a", "x"), Row("b", "x"), Row("c", "x")], 10, 0)).Message, "1 class (x)");
    }

    [TestMethod]
    public void No_sentence_is_in_both_sets_and_rows_are_limited()
    {
        var all = ReferenceDocumentation.Read();
        Assert.IsGreaterThan(15_000, all.Count);
        var dataset = Dataset.Split(all, rows: 3000, seed: 3);
        Assert.HasCount(11, dataset.Labels);
        Assert.HasCount(3000, dataset.Train);
        string[] texts = [.. dataset.Train.Concat(dataset.Test).Select(sentence => sentence.Text)];
        Assert.HasCount(texts.Length, texts.Distinct());
        Assert.IsTrue(texts.All(text => text.Split(' ').Length >= 4));
    }

    private static Sentence Row(string text, string label) => new() { Text = text, Label = label };
}
