using System.Globalization;
using Seven.Goals;
using Seven.Inference;
using Seven.Pruning.Patterns;

namespace Seven.Tests.Goals;

/// <summary>Goals as users write them.</summary>
[TestClass]
public sealed class PruningGoalTests
{
    [TestMethod]
    [DataRow("20 MB", 20_000_000L)]
    [DataRow("800kB", 800_000L)]
    [DataRow("1.5 GiB", 3L << 29)]
    [DataRow("512 kib", 512L << 10)]
    [DataRow("17 B", 17L)]
    public void Sizes_are_read_with_their_units(string text, long bytes)
    {
        foreach (string culture in new[] { "en-US", "de-DE", "tr-TR" })
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            Assert.AreEqual(bytes, ((SizeGoal)PruningGoal.Size(text)).Bytes);
        }
    }

    [TestMethod]
    [DataRow("5 ms", 5.0)]
    [DataRow("0.25 s", 250.0)]
    [DataRow("800 µs", 0.8)]
    [DataRow("800us", 0.8)]
    public void Times_are_read_with_their_units(string text, double milliseconds) =>
        Assert.AreEqual(milliseconds, ((LatencyGoal)PruningGoal.Latency(text)).Time.TotalMilliseconds, 1e-9);

    [TestMethod]
    [DataRow("20")]
    [DataRow("20 MM")]
    [DataRow("MB")]
    [DataRow("-3 MB")]
    [DataRow("0 MB")]
    [DataRow("1,5 MB")]
    [DataRow("")]
    public void Other_texts_are_refused_with_what_was_found(string text)
    {
        var thrown = Assert.ThrowsExactly<FormatException>(() => PruningGoal.Size(text));
        Assert.Contains($"'{text}'", thrown.Message);
        Assert.Contains("20 MB", thrown.Message);
        Assert.ThrowsExactly<FormatException>(() => PruningGoal.Latency(text));
    }

    [TestMethod]
    public void Impossible_goals_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PruningGoal.Loss(-0.01));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PruningGoal.Loss(double.NaN));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PruningGoal.Size(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PruningGoal.Latency(TimeSpan.Zero));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PruningGoal.Latency("5 ms", tokens: 0));
        var goal = PruningGoal.Loss(0.01);
        Assert.Contains("2 of 4", Assert.ThrowsExactly<ArgumentException>(() => (goal with { Patterns = [new NOfM(2, 4)] }).Validated()).Message);
        Assert.Contains("attention heads", Assert.ThrowsExactly<ArgumentException>(() => (goal with { Patterns = [new AttentionHeads()] }).Validated()).Message);
        Assert.Contains("0 patterns", Assert.ThrowsExactly<ArgumentException>(() => (goal with { Patterns = [] }).Validated()).Message);
        Assert.Contains("Automatic", Assert.ThrowsExactly<ArgumentException>(() => (goal with { Precisions = [Precision.Automatic] }).Validated()).Message);
    }

    [TestMethod]
    public void Goals_say_what_they_are()
    {
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        Assert.AreEqual("at most 0.01 below the dense model", PruningGoal.Loss(0.01).ToString());
        Assert.AreEqual("at most 1.5 MB", PruningGoal.Size("1.5 MB").ToString());
        Assert.AreEqual("at most 0.8 ms", PruningGoal.Latency("800 µs").ToString());
    }
}
