using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seven.Encoders.Tasks;

namespace Seven.Extensions.Hosting.Tests;

/// <summary>A host starts with a model that can be served, or not at all.</summary>
[TestClass]
public sealed class StartTests
{
    [TestMethod]
    public async Task The_model_is_there_when_the_host_has_started_and_is_one_instance()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSparseModel("films", TinyModels.Classifier()).AddSparseModel("songs", TinyModels.Classifier(seed: 2));
        using var host = builder.Build();
        await host.StartAsync();
        var films = host.Services.GetRequiredKeyedService<ServedModel>("films");
        Assert.AreSame(films, host.Services.GetRequiredKeyedService<ServedModel>("films"));
        Assert.AreNotSame(films, host.Services.GetRequiredKeyedService<ServedModel>("songs"));
        Assert.IsNull(films.Status.Failure);
        await host.StopAsync();
    }

    [TestMethod]
    [DataRow("missing", "which is not there")]
    [DataRow("interval", "expected at least 10 milliseconds")]
    [DataRow("queue", "expected at least 1")]
    [DataRow("scoring", "Scoring is null")]
    [DataRow("folder", "Folder is empty")]
    public async Task Options_are_validated_at_the_start(string fault, string reason)
    {
        var exception = await Assert.ThrowsExactlyAsync<OptionsValidationException>(() => Start(fault == "missing" ? TinyModels.NewFolder() : TinyModels.Classifier(), options =>
        {
            if (fault == "interval")
                options.ReloadInterval = TimeSpan.Zero;
            if (fault == "queue")
                options.MaximumQueuedTexts = 0;
            if (fault == "scoring")
                options.Scoring = null!;
            if (fault == "folder")
                options.ModelFolder = "";
        }));
        StringAssert.Contains(exception.Message, $"Model 'films': ");
        StringAssert.Contains(exception.Message, reason);
    }

    [TestMethod]
    public async Task A_folder_that_cannot_be_served_keeps_the_host_from_starting()
    {
        string folder = TinyModels.Classifier();
        File.Delete(Path.Combine(folder, "vocab.txt"));
        StringAssert.Contains((await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Start(folder))).Message, "has no vocabulary");
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), "{");
        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Start(folder));
        File.Delete(Path.Combine(folder, "config.json"));
        await Assert.ThrowsAsync<IOException>(() => Start(folder));
        StringAssert.Contains(
            (await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Start(TinyModels.Embedder(), options => options.Task = EncoderTasks.TextClassification()))).Message,
            "holds a model for text embedding; expected one for text classification");
        await Assert.ThrowsAsync<ArgumentException>(() => Start(TinyModels.Classifier(), options => options.Scoring = new() { Threads = -1 }));
    }

    [TestMethod]
    public void A_name_is_given_once()
    {
        var services = new ServiceCollection().AddSparseModel("films", "folder");
        Assert.ThrowsExactly<ArgumentException>(() => services.AddSparseModel("films", "other"));
        services.AddSparseModel("songs", "folder");
    }

    private static async Task Start(string folder, Action<ServedModelOptions>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSparseModel("films", folder, configure);
        using var host = builder.Build();
        await host.StartAsync();
    }
}
