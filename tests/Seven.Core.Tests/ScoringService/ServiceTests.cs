using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using ScoringService.Load;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using TextClassifier = Seven.Encoders.EncoderModel<Seven.Encoders.TokenizedText, Seven.Encoders.LabeledText, float[]>;

namespace Seven.Tests.ScoringService;

/// <summary>The scoring service as its users meet it: a process that answers over HTTP.</summary>
[TestClass]
public sealed class ServiceTests
{
    private static readonly string[] s_vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film", "song"];

    [TestMethod]
    public async Task It_answers_with_what_the_model_gives_and_refuses_what_is_no_text()
    {
        var (folder, model) = SavedModel();
        using var server = ServerProcess.Start(folder);
        using var client = new HttpClient { BaseAddress = server.Address };
        await server.WaitUntilReady(client, TimeSpan.FromSeconds(30), CancellationToken.None);

        var description = await client.GetFromJsonAsync<Description>("/");
        CollectionAssert.AreEqual(new[] { "no", "yes" }, description!.Labels);
        var answer = await (await client.PostAsJsonAsync("/classify", new { text = "Good film!" })).Content.ReadFromJsonAsync<Answer>();
        float[] outputs = model.Logits([new TokenizedText { Tokens = [2, 5, 7, 1, 3] }])[0];
        Assert.AreEqual(Math.Exp(outputs[0]) / (Math.Exp(outputs[0]) + Math.Exp(outputs[1])), answer!.Probabilities[0], 1e-5);
        Assert.AreEqual(outputs[0] > outputs[1] ? "no" : "yes", answer.Label);

        foreach (string body in new[] { """{"text":" "}""", """{"text":null}""", "{}", "{", "" })
            Assert.AreEqual(HttpStatusCode.BadRequest, (await client.PostAsync("/classify", new StringContent(body, Encoding.UTF8, "application/json"))).StatusCode, body);
        using var large = new StringContent("{\"text\":\"" + new string('a', 1 << 17) + "\"}", Encoding.UTF8, "application/json");
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, (await client.PostAsync("/classify", large)).StatusCode);
        // After all that it still answers.
        Assert.IsTrue((await client.PostAsJsonAsync("/classify", new { text = "bad song" })).IsSuccessStatusCode);
    }

    [TestMethod]
    public async Task The_load_test_counts_requests_and_errors()
    {
        var (folder, _) = SavedModel();
        var report = await new LoadTest(folder, connections: 8, warmUp: TimeSpan.FromSeconds(0.5), duration: TimeSpan.FromSeconds(1)).Run(CancellationToken.None);
        Assert.IsGreaterThan(20, report.Requests);
        Assert.AreEqual(0, report.Errors);
        Assert.IsTrue(report.Median > 0 && report.Percentile99 >= report.Median && report.MemoryAtEnd > 1, report.ToString());
    }

    [TestMethod]
    public void A_folder_that_is_no_model_is_refused_in_one_line()
    {
        AssertRefused(TestFolders.Temporary(), "config.json");
        var (folder, _) = SavedModel();
        string vocabulary = Path.Combine(folder, "vocab.txt");
        File.WriteAllLines(vocabulary, s_vocabulary.Where(word => word != "[CLS]"));
        AssertRefused(folder, "without [CLS]");
        File.WriteAllLines(vocabulary, [.. s_vocabulary, "film"]);
        AssertRefused(folder, "'film' twice");
        File.Delete(vocabulary);
        AssertRefused(folder, "vocab.txt");
    }

    private static void AssertRefused(string folder, string reason)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "ScoringService.dll"), folder]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(1, process.ExitCode);
        StringAssert.Contains(error, reason);
        Assert.HasCount(1, error.Trim().Split('\n'));
    }

    private static (string Folder, TextClassifier Model) SavedModel()
    {
        string folder = TestFolders.Temporary();
        var model = EncoderModel.Create(new TextConfiguration
        {
            VocabularySize = s_vocabulary.Length,
            MaximumTokens = 64,
            HiddenSize = 16,
            Heads = 2,
            IntermediateSize = 32,
            Layers = 1
        }, EncoderTasks.TextClassification(["no", "yes"]));
        model.SaveCompact(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), s_vocabulary);
        return (folder, model);
    }

    private sealed record Description(string[] Labels, double Sparsity);

    private sealed record Answer(string Label, float Probability, float[] Probabilities);
}
