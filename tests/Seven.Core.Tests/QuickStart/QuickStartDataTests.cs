using QuickStart.Data;

namespace Seven.Tests.QuickStart;

/// <summary>The quick start's reading of files, and what it refuses.</summary>
[TestClass]
public sealed class QuickStartDataTests
{
    private readonly string _file = Path.Combine(TestFolders.Temporary(), "data.tsv");

    [TestMethod]
    public void A_header_is_recognised_and_optional()
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
        List<LabelledSentence> train = [new("a", "x"), new("b", "y"), new("c", "x")];
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Dataset.WithTest(train, [new("d", "z")], "test.tsv", 0)).Message, "test.tsv has the label 'z'");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Dataset.Split([new("a", "x"), new("b", "x"), new("c", "x")], 0)).Message, "1 class (x)");
    }

    [TestMethod]
    public void No_sentence_is_in_two_sets()
    {
        var all = ReferenceDocumentation.Read();
        Assert.IsGreaterThan(15_000, all.Count);
        var dataset = Dataset.Split(all, seed: 3);
        Assert.HasCount(11, dataset.Labels);
        string[] texts = [.. dataset.Train.Concat(dataset.Validation).Concat(dataset.Test).Select(sentence => sentence.Text)];
        Assert.HasCount(texts.Length, texts.Distinct());
        Assert.IsTrue(texts.All(text => text.Split(' ').Length >= 4));
    }

    [TestMethod]
    public void Words_are_split_at_capitals_and_punctuation()
    {
        var vocabulary = Vocabulary.Of(["An HttpClient sends requests.", "The HttpClient waits.", "an, of."]);
        string folder = Path.GetDirectoryName(_file)!;
        vocabulary.Save(folder);
        string[] words = File.ReadAllLines(Path.Combine(folder, "vocab.txt"));
        CollectionAssert.AreEqual(
            new[] { "[CLS]", "an", "http", "client", "[UNK]", "[UNK]", ".", "[SEP]" }, vocabulary.Encode("An HttpClient leaves today.").Select(number => words[number]).ToArray());
    }
}
