using Seven.Inference;

namespace Seven.Extensions.Hosting.Tests;

/// <summary>What callers of a served model get: the model's own results, whoever else calls.</summary>
[TestClass]
public sealed class ServedModelTests
{
    [TestMethod]
    public async Task It_answers_as_the_model_does()
    {
        string folder = TinyModels.Classifier();
        using var served = new Served(folder);
        using var model = SparseModel.Load(folder);
        CollectionAssert.AreEqual(model.Classify("good film"), (await served.Model.ClassifyAsync("good film")).Probabilities.ToArray());
        var many = await served.Model.ClassifyAsync(["bad song", "good good film"]);
        CollectionAssert.AreEqual(model.Classify("bad song"), many[0].Probabilities.ToArray());
        CollectionAssert.AreEqual(model.Classify("good good film"), many[1].Probabilities.ToArray());
        Assert.HasCount(0, await served.Model.ClassifyAsync([]));
        CollectionAssert.AreEqual(model.Labels.ToArray(), many[0].Labels.ToArray());
        Assert.AreEqual(many[0].Probabilities[0] > many[0].Probabilities[1] ? "no" : "yes", many[0].Label);
        Assert.AreEqual(many[0].Probabilities.Max(), many[0].Probability);
    }

    [TestMethod]
    public async Task It_embeds_and_rates()
    {
        using var embedder = new Served(TinyModels.Embedder());
        CollectionAssert.AreEqual(embedder.Model.Current.Embed("a good film"), await embedder.Model.EmbedAsync("a good film"));
        using var rater = new Served(TinyModels.Rater());
        float[] ratings = await rater.Model.RateAsync(["good", "bad film"]);
        Assert.AreEqual(rater.Model.Current.Rate([rater.Model.Current.Tokenize("bad film")])[0], ratings[1]);
    }

    [TestMethod]
    public async Task Another_task_is_refused_by_name()
    {
        using var served = new Served(TinyModels.Classifier());
        var exception = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => served.Model.EmbedAsync("good"));
        StringAssert.Contains(exception.Message, "'films' is for text classification");
    }

    [TestMethod]
    public async Task Texts_of_many_callers_do_not_mix()
    {
        using var served = new Served(TinyModels.Classifier());
        string[] texts = [.. Enumerable.Range(0, 300).Select(number => string.Join(' ', Enumerable.Range(0, 1 + number % 9).Select(i => TinyModels.Vocabulary[5 + (number >> (i % 4)) % 4])))];
        float[][] expected = [.. texts.Select(text => served.Model.Current.Classify(text))];
        var found = await Task.WhenAll(texts.Select(text => Task.Run(() => served.Model.ClassifyAsync(text))));
        for (int i = 0; i < texts.Length; i++)
            Assert.AreEqual(expected[i][0], found[i].Probabilities[0], 1e-6f, texts[i]);
    }

    [TestMethod]
    public async Task More_texts_than_may_wait_are_refused_and_others_go_on()
    {
        using var served = new Served(TinyModels.Classifier(), options => options.MaximumQueuedTexts = 3);
        var exception = await Assert.ThrowsExactlyAsync<ModelBusyException>(() => served.Model.ClassifyAsync(["good", "good", "good", "good"]));
        StringAssert.Contains(exception.Message, "'films' and 4 more were given; expected at most 3");
        Assert.HasCount(3, await served.Model.ClassifyAsync(["good", "good", "good"]));
    }

    [TestMethod]
    public async Task A_cancelled_call_ends_alone()
    {
        using var served = new Served(TinyModels.Classifier());
        using var source = new CancellationTokenSource();
        string[] texts = [.. Enumerable.Repeat("good film", 2000)];
        var given = served.Model.ClassifyAsync(texts, source.Token);
        var other = served.Model.ClassifyAsync("bad song");
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => given);
        Assert.HasCount(2, (await other).Probabilities);
        await Assert.ThrowsAsync<OperationCanceledException>(() => served.Model.ClassifyAsync("good", source.Token));
        // The texts that were given up do not count any more.
        Assert.HasCount(4000, await served.Model.ClassifyAsync([.. texts, .. texts]));
    }

    [TestMethod]
    public async Task Disposing_scores_what_waits_and_takes_nothing_more()
    {
        var served = new Served(TinyModels.Classifier());
        var model = served.Model;
        var calls = Enumerable.Range(0, 200).Select(_ => model.ClassifyAsync("good film")).ToList();
        served.Dispose();
        foreach (var result in await Task.WhenAll(calls))
            Assert.HasCount(2, result.Probabilities);
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => model.ClassifyAsync("good"));
    }
}
