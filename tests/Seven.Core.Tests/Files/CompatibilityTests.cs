using System.Text.Json;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Inference;

namespace Seven.Tests.Files;

/// <summary>Folders written by earlier releases score as they did then.</summary>
[TestClass]
public sealed class CompatibilityTests
{
    private static readonly TokenizedText[] s_texts = [.. new int[][] { [2, 5, 6, 3], [2, 7, 8, 9, 10, 3], [2, 11, 3] }.Select(tokens => new TokenizedText { Tokens = tokens })];

    private static readonly Picture[] s_pictures =
        [.. Enumerable.Range(0, 2).Select(k => new Picture { Pixels = Enumerable.Range(0, 192).Select(i => (i * 7 + k * 3) % 11 / 11f - 0.5f).ToArray() })];

    public static IEnumerable<object[]> Folders => Directory.EnumerateDirectories(Path.Combine(TestFolders.Tests, "compatibility", "0.1")).Select(folder => new object[] { folder });

    [TestMethod]
    [DynamicData(nameof(Folders))]
    public void A_folder_of_an_earlier_release_scores_as_before(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "..", "expected.json")));
        float[][] expected = json.RootElement.GetProperty(Path.GetFileName(folder)).Deserialize<float[][]>()!;
        using var model = SparseModel.Load(folder);
        float[][] found = model.Task switch
        {
            TextClassificationTask => model.Classify(s_texts),
            TextRegressionTask => [model.Rate(s_texts)],
            QuestionAnsweringTask => [.. model.Answer(s_texts).SelectMany(scores => new float[][] { [.. scores.Start], [.. scores.End] })],
            _ => model.Classify(s_pictures),
        };
        Assert.HasCount(expected.Length, found);
        foreach (var (one, other) in expected.Zip(found))
        {
            Assert.HasCount(one.Length, other);
            for (int i = 0; i < one.Length; i++)
                Assert.AreEqual(one[i], other[i], 1e-5f);
        }
    }
}
