using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ScoringService.Load;
using Seven.Extensions.Hosting.Tests;
using Seven.Inference;

namespace ScoringService.Tests;

/// <summary>What the service answers.</summary>
[TestClass]
public sealed class ServiceTests
{
    [TestMethod]
    public async Task It_answers_with_what_the_model_gives()
    {
        string folder = TinyModels.Classifier();
        using var model = SparseModel.Load(folder);
        await using var service = await RunningService.Start(folder);

        var description = await service.Client.GetFromJsonAsync<JsonElement>("/");
        Assert.AreEqual("""["no","yes"]""", description.GetProperty("labels").GetRawText());
        Assert.AreEqual("Float32", description.GetProperty("precision").GetString());

        var answer = await Json(await service.Client.PostAsJsonAsync("/classify", new { text = "Good film!" }));
        float[] expected = model.Classify("Good film!");
        Assert.AreEqual(expected[0] > expected[1] ? "no" : "yes", answer.GetProperty("label").GetString());
        Assert.AreEqual(expected.Max(), answer.GetProperty("probability").GetSingle(), 1e-6f);
        Assert.AreEqual(expected[1], answer.GetProperty("probabilities")[1].GetSingle(), 1e-6f);

        var many = (await Json(await service.Client.PostAsJsonAsync("/classify/batch", new { texts = new[] { "bad song", "Good film!" } }))).GetProperty("results");
        Assert.AreEqual(2, many.GetArrayLength());
        Assert.AreEqual(expected[1], many[1].GetProperty("probabilities")[1].GetSingle(), 1e-6f);
    }

    [TestMethod]
    public async Task A_model_of_embeddings_gives_vectors()
    {
        string folder = TinyModels.Embedder();
        using var model = SparseModel.Load(folder);
        await using var service = await RunningService.Start(folder);
        float[] expected = model.Embed("Good film!");
        var one = (await Json(await service.Client.PostAsJsonAsync("/embed", new { text = "Good film!" }))).GetProperty("vector");
        var many = (await Json(await service.Client.PostAsJsonAsync("/embed/batch", new { texts = new[] { "bad song", "Good film!" } }))).GetProperty("vectors");
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], one[i].GetSingle(), 1e-6f);
            Assert.AreEqual(expected[i], many[1][i].GetSingle(), 1e-6f);
        }

        Assert.AreEqual(HttpStatusCode.NotFound, (await service.Client.PostAsJsonAsync("/classify", new { text = "Good film!" })).StatusCode);
    }

    [TestMethod]
    public async Task Health_follows_the_model()
    {
        string folder = TinyModels.Classifier();
        await using var service = await RunningService.Start(folder);
        Assert.AreEqual("Healthy", (await service.Client.GetFromJsonAsync<JsonElement>("/health/live")).GetProperty("status").GetString());
        Assert.AreEqual("Healthy", (await service.Client.GetFromJsonAsync<JsonElement>("/health/ready")).GetProperty("status").GetString());

        // Another task than the endpoints': the old model goes on, and the page says why.
        Directory.Delete(folder, recursive: true);
        TinyModels.Embedder(folder);
        string page = "";
        for (int i = 0; i < 500 && !page.Contains("Degraded", StringComparison.Ordinal); i++)
        {
            await Task.Delay(20);
            page = await service.Client.GetStringAsync("/health/ready");
        }

        StringAssert.Contains(page, "expected one for text classification");
        Assert.IsTrue((await service.Client.PostAsJsonAsync("/classify", new { text = "bad song" })).IsSuccessStatusCode);
    }

    [TestMethod]
    public async Task Prometheus_can_scrape_it()
    {
        await using var service = await RunningService.Start();
        await service.Client.PostAsJsonAsync("/classify/batch", new { texts = new[] { "bad", "good film" } });
        string metrics = await service.Client.GetStringAsync("/metrics");
        StringAssert.Contains(metrics, "seven_model_rows_total{otel_scope_name=\"Seven.Extensions.Hosting\",seven_model_name=\"text\"} 2");
        StringAssert.Contains(metrics, "# TYPE seven_model_request_duration_seconds histogram");
        StringAssert.Contains(metrics, "http_server_request_duration_seconds_count");
        StringAssert.Contains(metrics, "kestrel_active_connections");
    }

    [TestMethod]
    public async Task The_OpenAPI_document_names_bodies_and_refusals()
    {
        await using var service = await RunningService.Start();
        var document = await service.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var classify = document.GetProperty("paths").GetProperty("/classify").GetProperty("post");
        Assert.AreEqual("classify", classify.GetProperty("operationId").GetString());
        StringAssert.Contains(classify.GetProperty("requestBody").GetRawText(), "TextRequest");
        foreach (string status in new[] { "200", "400", "408", "413", "415", "429" })
            Assert.IsTrue(classify.GetProperty("responses").TryGetProperty(status, out _), status);
        StringAssert.Contains(document.GetProperty("components").GetProperty("schemas").GetProperty("TextRequest").GetRawText(), "\"text\"");
    }

    [TestMethod]
    [DataRow("missing", "is not there")]
    [DataRow("empty", "config.json")]
    [DataRow("without [CLS]", "without [CLS]")]
    [DataRow("a token twice", "'film' twice")]
    [DataRow("no vocabulary", "has no vocabulary")]
    [DataRow("half a file", "model.safetensors")]
    [DataRow("another task", "expected one for text classification")]
    public void A_folder_that_cannot_be_served_is_refused_in_one_line(string fault, string reason)
    {
        string folder = TinyModels.Classifier(), vocabulary = Path.Combine(folder, "vocab.txt"), weights = Path.Combine(folder, "model.safetensors");
        switch (fault)
        {
            case "missing":
                folder = TinyModels.NewFolder();
                break;
            case "empty":
                folder = Seven.Tests.TestFolders.Temporary();
                break;
            case "without [CLS]":
                File.WriteAllLines(vocabulary, TinyModels.Vocabulary.Where(word => word != "[CLS]"));
                break;
            case "a token twice":
                File.AppendAllText(vocabulary, "film\n");
                break;
            case "no vocabulary":
                File.Delete(vocabulary);
                break;
            case "half a file":
                File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..500]);
                break;
            default:
                folder = TinyModels.Rater();
                break;
        }

        var (code, error) = ServiceProgram.Run(folder);
        Assert.AreEqual(1, code, error);
        StringAssert.Contains(error, reason);
        Assert.HasCount(1, error.Trim().Split('\n'));
    }

    [TestMethod]
    [DataRow("--max-texts", "0", "--max-texts is 0; expected a value from 1 to")]
    [DataRow("--max-queue", "-3", "--max-queue is -3; expected a value from 1 to")]
    [DataRow("--reload-interval", "0", "--reload-interval is 0; expected a value from 0.01 to 86400.")]
    [DataRow("--drain", "NaN", "--drain is NaN; expected a value from 0 to 86400.")]
    [DataRow("--drain", "1e300", "--drain is 1E+300; expected a value from 0 to 86400.")]
    [DataRow("--load-test", "-5", "--load-test is -5; expected a value from 1 to 86400.")]
    [DataRow("--reload-every", "0", "--reload-every is 0; expected a value from 0.1 to 86400.")]
    [DataRow("--max-body", "x", "'x'")]
    public void Limits_out_of_range_are_refused(string option, string value, string reason)
    {
        var (code, error) = ServiceProgram.Run("folder", option, value);
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(error, reason);
    }

    [TestMethod]
    public async Task The_load_test_counts_requests_and_errors()
    {
        var options = new LoadTestOptions { Connections = 8, WarmUp = TimeSpan.FromSeconds(0.5), Duration = TimeSpan.FromSeconds(3), ReloadEvery = TimeSpan.FromSeconds(0.2), Program = ServiceProgram.Path };
        var report = await new LoadTest(TinyModels.Classifier(), options).Run(CancellationToken.None);
        Assert.IsGreaterThan(20, report.Requests);
        Assert.AreEqual(0, report.Errors);
        Assert.IsTrue(report.Quantile(0.5) > 0 && report.Quantile(0.99) >= report.Quantile(0.95) && report.MemoryAtEnd > 1 && report.Start > 1, report.ToString());
    }

    private static async Task<JsonElement> Json(HttpResponseMessage answer)
    {
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
