using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Seven.Extensions.Hosting.Tests;

/// <summary>Metrics and traces, by the names under which dashboards look for them.</summary>
[TestClass]
public sealed class TelemetryTests
{
    [TestMethod]
    public async Task Calls_are_counted_and_timed()
    {
        using var served = new Served(TinyModels.Classifier());
        using var measured = new Measured(served);
        await served.Model.ClassifyAsync(["good film", "bad"]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => served.Model.EmbedAsync("good"));

        Assert.AreEqual(2, measured.Sum("seven.model.requests", "{request}"));
        Assert.AreEqual(1, measured.Sum("seven.model.requests", "{request}", ("error.type", "System.InvalidOperationException")));
        Assert.AreEqual(2, measured.Sum("seven.model.rows", "{row}", ("seven.model.name", "films")));
        // Two marks around each text.
        Assert.AreEqual(4 + 3, measured.Sum("seven.model.tokens", "{token}"));
        Assert.IsInRange(0, 10, measured.Sum("seven.model.request.duration", "s"));
        Assert.AreEqual(2, measured.Sum("seven.model.batch.rows", "{row}"));
        Assert.AreEqual(0, measured.Sum("seven.model.queue.rows", "{row}"));
        Assert.AreEqual(0, measured.Count("gen_ai.client.operation.duration"));
    }

    [TestMethod]
    public async Task Embeddings_have_the_names_of_the_conventions_for_generative_ai()
    {
        using var served = new Served(TinyModels.Embedder());
        using var measured = new Measured(served);
        await served.Model.EmbedAsync("good film");
        Assert.AreEqual(4, measured.Sum("gen_ai.client.token.usage", "{token}", ("gen_ai.token.type", "input")));
        Assert.AreEqual(1, measured.Count("gen_ai.client.operation.duration", ("gen_ai.operation.name", "embeddings"), ("gen_ai.provider.name", "seven"), ("gen_ai.request.model", "films")));
    }

    [TestMethod]
    public async Task Reloads_and_refusals_are_counted()
    {
        string folder = TinyModels.Classifier();
        using var served = new Served(folder);
        using var measured = new Measured(served);
        TinyModels.Classifier(folder, seed: 2);
        await Served.Until(() => measured.Sum("seven.model.reloads", "{reload}") == 1);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), "{}");
        await Served.Until(() => measured.Sum("seven.model.reloads", "{reload}", ("error.type", "model_refused")) == 1);
    }

    [TestMethod]
    public async Task Calls_are_traced()
    {
        using var served = new Served(TinyModels.Embedder());
        using var parent = new Activity("test").Start();
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ServedModel.TelemetryName,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await served.Model.EmbedAsync("good film");
        await Assert.ThrowsAsync<InvalidOperationException>(() => served.Model.ClassifyAsync("good"));

        // Other tests call models at the same time.
        var own = ended.Where(activity => activity.TraceId == parent.TraceId).OrderBy(activity => activity.StartTimeUtc).ToArray();
        Assert.HasCount(2, own);
        Assert.AreEqual("embeddings films", own[0].DisplayName);
        Assert.AreEqual("embeddings", own[0].GetTagItem("gen_ai.operation.name"));
        Assert.AreEqual(4L, own[0].GetTagItem("gen_ai.usage.input_tokens"));
        Assert.AreEqual(ActivityStatusCode.Error, own[1].Status);
        Assert.AreEqual("System.InvalidOperationException", own[1].GetTagItem("error.type"));
    }

    /// <summary>What one provider's instruments have measured.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly ConcurrentBag<(Instrument Instrument, double Value, KeyValuePair<string, object?>[] Tags)> _values = [];
        private readonly MeterListener _listener = new();

        public Measured(Served served)
        {
            // The model makes its instruments.
            _ = served.Model;
            var factory = served.Provider.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ServedModel.TelemetryName && ReferenceEquals(instrument.Meter.Scope, factory))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _values.Add((instrument, value, tags.ToArray())));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => _values.Add((instrument, value, tags.ToArray())));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _values.Add((instrument, value, tags.ToArray())));
            _listener.Start();
        }

        public double Sum(string name, string unit, params (string Key, string Value)[] tags)
        {
            var found = Of(name, tags).ToArray();
            Assert.IsTrue(found.All(value => value.Instrument.Unit == unit));
            return found.Sum(value => value.Value);
        }

        public int Count(string name, params (string Key, string Value)[] tags) => Of(name, tags).Count();

        public void Dispose() => _listener.Dispose();

        private IEnumerable<(Instrument Instrument, double Value, KeyValuePair<string, object?>[] Tags)> Of(string name, (string Key, string Value)[] tags) =>
            _values.Where(value => value.Instrument.Name == name && tags.All(tag => value.Tags.Any(own => own.Key == tag.Key && (string?)own.Value == tag.Value)));
    }
}
