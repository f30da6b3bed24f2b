using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seven.Tests;

namespace Seven.Extensions.Hosting.Tests;

/// <summary>The README's code for services is this code, and it runs.</summary>
[TestClass]
public sealed class ReadmeTests
{
    [TestMethod]
    public async Task The_example_runs()
    {
        string folder = TinyModels.Classifier();
        var builder = Host.CreateApplicationBuilder();
        CancellationToken cancellationToken = default;

        // README begins
        builder.Services.AddSparseModel("sentiment", folder);               // loaded when the host starts, replaced when the folder's files change
        builder.Services.AddHealthChecks().AddSparseModel("sentiment");     // degraded while the folder holds something that cannot be loaded

        using var host = builder.Build();
        await host.StartAsync(cancellationToken);

        // In a class: [FromKeyedServices("sentiment")] ServedModel model
        var model = host.Services.GetRequiredKeyedService<ServedModel>("sentiment");
        var text = await model.ClassifyAsync("a fine film", cancellationToken);  // texts of concurrent calls are scored together
        Console.WriteLine($"{text.Label}: {text.Probability:P1}");
        // README ends

        Assert.Contains(text.Label, text.Labels);
        await host.StopAsync(cancellationToken);
    }

    [TestMethod]
    public void The_readme_shows_this_code() => ReadmeCode.AssertShown("Seven.Extensions.Hosting.Tests", "ReadmeTests.cs");
}
