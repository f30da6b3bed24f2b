using Seven.Cli.Data;

namespace Seven.Cli.Tests;

/// <summary>Rows of each kind of file.</summary>
[TestClass]
public sealed class TextFileTests
{
    [TestMethod]
    public void Tabs_have_no_quotes_and_commas_have()
    {
        var tabs = TextFile.Read(Samples.Written("a.tsv", ["sentence\tlabel", "he said \"no\t0", "", "b\t1"]), new TextColumns());
        CollectionAssert.AreEqual(new TextRow[] { new("he said \"no", null, "0"), new("b", null, "1") }, tabs.ToArray());
        var commas = TextFile.Read(Samples.Written("a.csv", ["label,text", "1,\"a, \"\"b\"\"\"", "0,c"]), new TextColumns());
        CollectionAssert.AreEqual(new TextRow[] { new("a, \"b\"", null, "1"), new("c", null, "0") }, commas.ToArray());
    }

    [TestMethod]
    public void A_file_without_a_header_has_a_text_and_a_label()
    {
        CollectionAssert.AreEqual(new TextRow[] { new("a", null, "x"), new("b", null, "y") }, TextFile.Read(Samples.Written("a.tsv", ["\uFEFFa\tx", "b\ty"]), new TextColumns()).ToArray());
        CollectionAssert.AreEqual(new TextRow[] { new("a", null, null) }, TextFile.Read(Samples.Written("a.txt", ["a"]), new TextColumns()).ToArray());
    }

    [TestMethod]
    public void JSON_lines_have_members_by_name()
    {
        var rows = TextFile.Read(Samples.Written("a.jsonl", ["{\"id\":1,\"Question\":\"a\",\"mark\":2.5}", "{\"mark\":0,\"Question\":\"b\",\"id\":2}"]), new TextColumns(Text: "question", Label: "mark"));
        CollectionAssert.AreEqual(new TextRow[] { new("a", null, "2.5"), new("b", null, "0") }, rows.ToArray());
    }

    [TestMethod]
    public void Labels_tell_the_task()
    {
        Assert.AreEqual(TextTaskKind.Classification, TextTask.Of([new("a", null, "0"), new("b", null, "1")]));
        Assert.AreEqual(TextTaskKind.Similarity, TextTask.Of([new("a", "b", "0"), new("b", "c", "1.5")]));
        Assert.AreEqual(TextTaskKind.Similarity, TextTask.Of([.. Enumerable.Range(0, 30).Select(i => new TextRow("a", null, $"{i}"))]));
        Assert.AreEqual(TextTaskKind.Classification, TextTask.Of([.. Enumerable.Range(0, 30).Select(i => new TextRow("a", null, $"class {i}"))]));
        Assert.AreEqual(TextTaskKind.Embedding, TextTask.Of([new("a", null, null)]));
    }
}
