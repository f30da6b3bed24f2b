using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using Seven.Extensions.Hosting.Tests;
using Seven.Inference;

namespace Seven.Packages.Tests;

/// <summary>The scoring service as one native file.</summary>
[TestClass]
public sealed class NativeServiceTests
{
    private const long LargestFile = 20_000_000;

    private static readonly Lazy<string> s_program = new(Publish);

    [TestMethod]
    public void It_is_small_and_starts_itself_for_its_load_test()
    {
        Assert.IsLessThan(LargestFile, new FileInfo(s_program.Value).Length);
        string output = Commands.Check(Path.GetTempPath(), s_program.Value, TinyModels.Classifier(), "--load-test", "1", "--connections", "4");
        StringAssert.Contains(output, " 0 errors;");
    }

    [TestMethod]
    public async Task It_answers_as_the_library_does()
    {
        string folder = TinyModels.Classifier(), address = $"http://127.0.0.1:{Random.Shared.Next(20000, 30000)}";
        using var model = SparseModel.Load(folder);
        using var process = Process.Start(s_program.Value, [folder, "--url", address]);
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        try
        {
            var answer = await Ask(client);
            Assert.AreEqual(model.Classify("good film")[0], answer.GetProperty("probabilities")[0].GetSingle(), 1e-5f);
            StringAssert.Contains(await client.GetStringAsync("/openapi/v1.json"), "/classify/batch");
            StringAssert.Contains(await client.GetStringAsync("/metrics"), "seven_model_rows_total");
            StringAssert.Contains(await client.GetStringAsync("/health/ready"), "Healthy");
            var refused = await client.PostAsJsonAsync("/classify", new { text = 3 });
            StringAssert.Contains(await refused.Content.ReadAsStringAsync(), "urn:scoring-service:problem:invalid-json");
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task<JsonElement> Ask(HttpClient client)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                return await (await client.PostAsJsonAsync("/classify", new { text = "good film" })).Content.ReadFromJsonAsync<JsonElement>();
            }
            catch (HttpRequestException) when (tries < 200)
            {
                await Task.Delay(20);
            }
        }
    }

    private static string Publish()
    {
        string folder = Path.Combine(Release.Sources, "native");
        var (code, output) = Commands.Run(
            Release.Sources, "dotnet", "publish", "-c", "Release", "-p:PublishAot=true", "-r", RuntimeInformation.RuntimeIdentifier, Path.Combine("examples", "ScoringService"), "-o", folder, "--disable-build-servers");
        if (code != 0 && (output.Contains("NU1101", StringComparison.Ordinal) || output.Contains("NU1102", StringComparison.Ordinal) || output.Contains("Platform linker", StringComparison.Ordinal)))
            Assert.Inconclusive($"This machine cannot compile natively:\n{output}");
        Assert.AreEqual(0, code, output);
        Assert.DoesNotContain("warning", output, output);
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "ScoringService.exe" : "ScoringService");
    }
}
