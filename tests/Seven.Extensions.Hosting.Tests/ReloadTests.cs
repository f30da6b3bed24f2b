using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Seven.Extensions.Hosting.Loading;
using Seven.Inference;

namespace Seven.Extensions.Hosting.Tests;

/// <summary>A folder that changes while its model is served.</summary>
[TestClass]
public sealed class ReloadTests
{
    [TestMethod]
    public async Task A_replaced_folder_is_served_and_no_call_fails()
    {
        string folder = TinyModels.Classifier(seed: 1), next = TinyModels.Classifier(seed: 2);
        using var served = new Served(folder);
        float before = served.Model.Current.Classify("good film")[0], after = Score(next);
        using var stop = new CancellationTokenSource();
        var calls = Task.Run(async () =>
        {
            var found = new HashSet<float>();
            while (!stop.IsCancellationRequested)
                found.Add((await served.Model.ClassifyAsync("good film")).Probabilities[0]);
            return found;
        });

        Directory.Move(folder, folder + "-old");
        Directory.Move(next, folder);
        await Served.Until(() => served.Model.Status.Reloads == 1);
        await Task.Delay(50);
        await stop.CancelAsync();
        Assert.IsTrue((await calls).SetEquals([before, after]));
        Assert.AreEqual(after, (await served.Model.ClassifyAsync("good film")).Probabilities[0]);
        Assert.AreEqual(HealthStatus.Healthy, await Health(served));
    }

    [TestMethod]
    public async Task A_model_in_use_outlives_its_replacement()
    {
        string folder = TinyModels.Classifier(seed: 1);
        using var served = new Served(folder);
        var old = served.Model.Current;
        float before = old.Classify("good film")[0];
        TinyModels.Classifier(folder, seed: 2);
        await Served.Until(() => served.Model.Status.Reloads == 1);
        Assert.AreNotSame(old, served.Model.Current);
        Assert.AreEqual(before, old.Classify("good film")[0]);
    }

    [TestMethod]
    public async Task A_damaged_model_is_refused_once_and_the_old_one_stays()
    {
        string folder = TinyModels.Classifier();
        using var served = new Served(folder);
        float before = (await served.Model.ClassifyAsync("good film")).Probabilities[0];
        string file = Path.Combine(folder, "model.safetensors");
        byte[] good = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, good[..(good.Length / 2)]);
        await Served.Until(() => served.Model.Status.Failure is not null);
        await Task.Delay(100);

        Assert.AreEqual(before, (await served.Model.ClassifyAsync("good film")).Probabilities[0]);
        Assert.AreEqual(HealthStatus.Degraded, await Health(served));
        Assert.HasCount(1, served.Lines.Where(line => line.Level == LogLevel.Error && line.Message.Contains("'films' has changed and cannot be loaded", StringComparison.Ordinal)));

        TinyModels.Classifier(folder, seed: 3);
        await Served.Until(() => served.Model.Status is { Failure: null, Reloads: 1 });
        Assert.AreEqual(Score(folder), (await served.Model.ClassifyAsync("good film")).Probabilities[0]);
        Assert.AreEqual(HealthStatus.Healthy, await Health(served));
    }

    [TestMethod]
    public async Task A_model_of_another_task_is_refused_and_the_old_one_stays()
    {
        string folder = TinyModels.Classifier();
        using var served = new Served(folder);
        float before = (await served.Model.ClassifyAsync("good film")).Probabilities[0];
        Directory.Delete(folder, recursive: true);
        TinyModels.Embedder(folder);
        await Served.Until(() => served.Model.Status.Failure?.Contains("text embedding", StringComparison.Ordinal) == true);
        StringAssert.Contains(served.Model.Status.Failure, "expected one for text classification");
        Assert.AreEqual(before, (await served.Model.ClassifyAsync("good film")).Probabilities[0]);
    }

    [TestMethod]
    public async Task A_folder_that_is_gone_is_reported_and_one_that_is_back_is_well()
    {
        string folder = TinyModels.Classifier();
        using var served = new Served(folder);
        Assert.HasCount(2, (await served.Model.ClassifyAsync("good film")).Probabilities);
        Directory.Move(folder, folder + "-away");
        await Served.Until(() => served.Model.Status.Failure is not null);
        Assert.HasCount(2, (await served.Model.ClassifyAsync("good film")).Probabilities);
        Directory.Move(folder + "-away", folder);
        await Served.Until(() => served.Model.Status.Failure is null);
        Assert.AreEqual(0, served.Model.Status.Reloads);
    }

    [TestMethod]
    public async Task A_link_set_to_another_version_is_a_change()
    {
        string first = TinyModels.Classifier(seed: 1), second = TinyModels.Classifier(seed: 2), link = TinyModels.NewFolder();
        Directory.CreateSymbolicLink(link, first);
        using var served = new Served(link);
        Assert.AreEqual(Score(first), (await served.Model.ClassifyAsync("good film")).Probabilities[0]);
        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, second);
        await Served.Until(() => served.Model.Status.Reloads == 1);
        Assert.AreEqual(Score(second), (await served.Model.ClassifyAsync("good film")).Probabilities[0]);
    }

    [TestMethod]
    public void A_folder_replaced_while_it_is_read_is_refused()
    {
        string folder = TinyModels.Classifier();
        var reading = new ModelFolder(new ServedModelOptions { ModelFolder = folder }, (path, options) =>
        {
            var model = SparseModel.Load(path, options);
            TinyModels.Classifier(path, seed: 2);
            return model;
        });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => reading.Read()).Message, "was changed while it was read");
    }

    [TestMethod]
    public async Task Without_an_interval_nothing_is_replaced()
    {
        string folder = TinyModels.Classifier(seed: 1);
        using var served = new Served(folder, options => options.ReloadInterval = Timeout.InfiniteTimeSpan);
        var model = served.Model.Current;
        TinyModels.Classifier(folder, seed: 2);
        await Task.Delay(200);
        Assert.AreSame(model, served.Model.Current);
    }

    private static float Score(string folder)
    {
        using var model = SparseModel.Load(folder, new SparseModelOptions { Threads = 1 });
        return model.Classify("good film")[0];
    }

    private static async Task<HealthStatus> Health(Served served) => (await served.Provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;
}
