using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Seven.Extensions.Hosting.Tests;
using Seven.Inference;

namespace Seven.Packages.Tests;

/// <summary>The apps of one file, as <c>dotnet run app.cs</c> runs them from a clone.</summary>
[TestClass]
public sealed class AppTests
{
    private static readonly string s_folder = Path.Combine(Release.Sources, "examples", "Apps");

    [TestMethod]
    public void Prune_and_compare_run()
    {
        string folder = Seven.Tests.TestFolders.Temporary(), rows = Path.Combine(folder, "rows.tsv"), output = Path.Combine(folder, "pruned");
        File.WriteAllLines(rows, Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? "good film\tyes" : "bad song\tno").Prepend("text\tlabel"));
        StringAssert.Contains(Commands.Check(s_folder, "dotnet", "run", "prune.cs", "--", TinyModels.Classifier(), rows, rows, output), "80 % zeros, accuracy ");
        using var model = SparseModel.Load(output);
        Assert.AreEqual(0.8, model.Sparsity, 0.01);

        string compared = Commands.Check(s_folder, "dotnet", "run", "compare.cs", "--", TinyModels.Classifier(), output, "good film");
        Assert.HasCount(4, compared.Trim().Split('\n'), compared);
        StringAssert.Contains(compared, $"{output}, 80 % zeros, Int8: ");
        foreach (string app in new[] { "prune.cs", "compare.cs", "serve.cs" })
        {
            var (code, error) = Commands.Run(s_folder, "dotnet", "run", app);
            Assert.AreEqual(2, code, error);
            StringAssert.Contains(error, "0 arguments are given; expected ");
        }
    }

    [TestMethod]
    public async Task Serve_answers()
    {
        string folder = TinyModels.Classifier();
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["run", "serve.cs", "--", folder]) { WorkingDirectory = s_folder, RedirectStandardOutput = true })!;
        process.BeginOutputReadLine();
        using var client = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:5080") };
        try
        {
            for (int tries = 0; ; tries++)
                try
                {
                    var answer = await (await client.PostAsJsonAsync("/classify", new { text = "good film" })).Content.ReadFromJsonAsync<JsonElement>();
                    Assert.AreEqual(2, answer.GetProperty("probabilities").GetArrayLength());
                    return;
                }
                catch (HttpRequestException) when (tries < 600)
                {
                    await Task.Delay(100);
                }
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
