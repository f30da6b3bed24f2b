using Seven.Cli.Data;
using Seven.Cli.Pruning;

namespace Seven.Cli.Tests;

/// <summary>Which rows to choose by are known from those learned from.</summary>
[TestClass]
public sealed class KnownRowsTests
{
    [TestMethod]
    [DataRow("a fine film", 1)]
    [DataRow("fine  film ", 1)]
    [DataRow("film", 1)]
    [DataRow("and slow", 1)]
    [DataRow("fine song", 0)]
    [DataRow("a fine film and slow song", 0)]
    [DataRow("a fine fil", 0)]
    [DataRow("slow and", 0)]
    [DataRow("song", 0)]
    public void A_text_that_stands_in_one_that_is_learned_from_is_known(string text, int known) =>
        Assert.AreEqual(known, KnownRows.Count([new("a fine film and slow", null, "x"), new("a fine day", null, "y")], [new(text, null, "x")]));

    [TestMethod]
    public void A_pair_is_known_as_the_same_pair_alone()
    {
        TextRow[] train = [new("a fine film", "a good one", "1")];
        Assert.AreEqual(1, KnownRows.Count(train, [new("a fine film", "a good one", "2")]));
        Assert.AreEqual(0, KnownRows.Count(train, [new("a fine film", "a bad one", "1"), new("fine film", "a good one", "1"), new("a fine film", null, "1")]));
    }

    /// <summary>Among random texts, as many as by looking everywhere.</summary>
    [TestMethod]
    public void As_many_as_by_looking_everywhere()
    {
        var random = new Random(1);
        TextRow Row() => new(string.Join(' ', Enumerable.Range(0, random.Next(1, 7)).Select(_ => "abc"[random.Next(3)])), null, null);
        TextRow[] train = [.. Enumerable.Range(0, 8).Select(_ => Row())], rows = [.. Enumerable.Range(0, 500).Select(_ => Row())];
        int expected = rows.Count(row => train.Any(text => $" {text.Text} ".Contains($" {row.Text} ", StringComparison.Ordinal)));
        Assert.AreEqual(expected, KnownRows.Count(train, rows));
        Assert.IsTrue(expected is > 50 and < 450);
    }
}
