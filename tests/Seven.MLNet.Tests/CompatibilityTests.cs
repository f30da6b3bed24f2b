using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Seven.Tests;

namespace Seven.MLNet.Tests;

/// <summary>Models saved by earlier releases load and score as they did then.</summary>
[TestClass]
public sealed class CompatibilityTests
{
    private static readonly string s_folder = Path.Combine(TestFolders.Tests, "compatibility", "0.1");

    private readonly MLContext _context = new();

    [TestMethod]
    public void Bert() => Check("bert", Texts(), scored => [.. scored.GetColumn<float[]>("Score")]);

    [TestMethod]
    public void BertSimilarity() => Check("bert-similarity", Texts(), scored => [[.. scored.GetColumn<float>("Score")]]);

    [TestMethod]
    public void BertQuestionAnswering() => Check(
        "bert-question-answering",
        _context.Data.LoadFromEnumerable(Enumerable.Repeat(new Question { Context = "the cat sat on a mat", Text = "where is it ?" }, 8)),
        scored => [.. scored.GetColumn<float[]>("Score")]);

    [TestMethod]
    public void VisionTransformer() => Check(
        "vision-transformer",
        _context.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(k => new Image { Pixels = [.. Enumerable.Range(0, 192).Select(i => (float)((i * 7 + k * 31) % 256))] })),
        scored => [.. scored.GetColumn<float[]>("Score")]);

    private IDataView Texts() => _context.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(i => new Pair
    {
        Text = i % 2 == 0 ? "the cat sat" : "a dog ran",
        SecondText = i % 3 == 0 ? "the cat sat" : "a red mat",
        Label = i % 2 == 0 ? "good" : "bad",
    }));

    private void Check(string name, IDataView rows, Func<IDataView, float[][]> scoresOf)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, "expected.json")));
        float[][] expected = json.RootElement.GetProperty($"{name}.zip").Deserialize<float[][]>()!;
        _context.ComponentCatalog.RegisterSeven();
        var model = _context.Model.Load(Path.Combine(s_folder, $"{name}.zip"), out _);
        float[][] found = scoresOf(model.Transform(rows));
        Assert.HasCount(expected.Length, found);
        foreach (var (one, other) in expected.Zip(found))
            for (int i = 0; i < one.Length; i++)
                Assert.AreEqual(one[i], other[i], 1e-5f);
    }

    private sealed class Pair
    {
        public string Text { get; set; } = "";

        public string SecondText { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Question
    {
        public string Context { get; set; } = "";

        [ColumnName("Question")]
        public string Text { get; set; } = "";
    }

    private sealed class Image
    {
        [ColumnName("Image")]
        [VectorType(192)]
        public float[] Pixels { get; set; } = [];

        public string Label { get; set; } = "x";
    }
}
