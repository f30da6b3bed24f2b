using System.Diagnostics.Metrics;

namespace Seven.Extensions.Hosting.Telemetry;

/// <summary>The instruments of all models. Units and names are by OpenTelemetry's conventions.</summary>
internal sealed class ModelMeter
{
    /// <summary>Seconds, from half a millisecond on: models here are faster than those for which the conventions' own bounds were made.</summary>
    private static readonly InstrumentAdvice<double> s_seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<int> s_rows = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] };

    /// <summary>The bounds that OpenTelemetry's conventions give for tokens.</summary>
    private static readonly InstrumentAdvice<long> s_tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    public ModelMeter(IMeterFactory meters)
    {
        var meter = meters.Create(ServedModel.TelemetryName);
        Requests = meter.CreateCounter<long>("seven.model.requests", "{request}", "Calls of a served model.");
        Rows = meter.CreateCounter<long>("seven.model.rows", "{row}", "Texts scored.");
        Tokens = meter.CreateCounter<long>("seven.model.tokens", "{token}", "Tokens scored, marks included.");
        Duration = meter.CreateHistogram("seven.model.request.duration", "s", "Time of a call, waiting included.", tags: null, s_seconds);
        BatchRows = meter.CreateHistogram("seven.model.batch.rows", "{row}", "Texts scored together.", tags: null, s_rows);
        QueuedRows = meter.CreateUpDownCounter<int>("seven.model.queue.rows", "{row}", "Texts that wait.");
        Reloads = meter.CreateCounter<long>("seven.model.reloads", "{reload}", "Models that have replaced the one before, or were refused (error.type).");
        OperationDuration = meter.CreateHistogram("gen_ai.client.operation.duration", "s", "GenAI operation duration.", tags: null, s_seconds);
        TokenUsage = meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", tags: null, s_tokens);
    }

    public Counter<long> Requests { get; }

    public Counter<long> Rows { get; }

    public Counter<long> Tokens { get; }

    public Histogram<double> Duration { get; }

    public Histogram<int> BatchRows { get; }

    public UpDownCounter<int> QueuedRows { get; }

    public Counter<long> Reloads { get; }

    public Histogram<double> OperationDuration { get; }

    public Histogram<long> TokenUsage { get; }
}
