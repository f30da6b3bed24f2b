using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Seven.AspNetCore;
using Seven.Extensions.Hosting.Tests;

namespace ScoringService.Tests;

/// <summary>The README's code for a model behind HTTP.</summary>
[TestClass]
public sealed class ReadmeTests
{
    [TestMethod]
    public async Task The_readmes_application_answers()
    {
        string folder = TinyModels.Classifier();
        // README begins
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddTextScoring(new TextScoringOptions { ModelFolder = folder });     // POST /classify, or /embed for a model of sentence embeddings

        await using var app = builder.Build();
        app.MapTextScoring();                                                   // endpoints, health, problem details for every bad request
        // README ends
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var answer = await client.PostAsJsonAsync("/classify", new { text = "good film" });
        Assert.IsTrue(answer.IsSuccessStatusCode);
        Seven.Tests.ReadmeCode.AssertShown("ScoringService.Tests", "ReadmeTests.cs");
    }
}
