using System.Diagnostics;

namespace Seven.Extensions.Hosting.Telemetry;

/// <summary>Measures one call: an activity, counters and a duration.</summary>
internal class ModelCall : IDisposable
{
    private static readonly ActivitySource s_source = new(ServedModel.TelemetryName);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ModelMeter _meter;
    private readonly int _rows;
    private readonly KeyValuePair<string, object?> _model;
    private string? _error;

    public ModelCall(string name, ModelMeter meter, string activity, ActivityKind kind, int rows)
    {
        (_meter, _rows, _model) = (meter, rows, new("seven.model.name", name));
        Activity = s_source.StartActivity(activity, kind);
        Activity?.SetTag("seven.model.name", name);
        Activity?.SetTag("seven.model.rows", rows);
    }

    /// <summary>Tokens of all texts.</summary>
    public long Tokens { get; set; }

    /// <summary>The call's activity; <see langword="null"/> where nobody listens.</summary>
    protected Activity? Activity { get; }

    public void HasSucceeded()
    {
        _meter.Rows.Add(_rows, _model);
        _meter.Tokens.Add(Tokens, _model);
    }

    public void HasFailed(Exception exception)
    {
        _error = exception.GetType().FullName;
        Activity?.SetTag("error.type", _error);
        Activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
    }

    public void Dispose()
    {
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        TagList tags = [_model];
        if (_error is not null)
            tags.Add("error.type", _error);
        _meter.Requests.Add(1, tags);
        _meter.Duration.Record(seconds, tags);
        Record(seconds, _error);
        Activity?.SetTag("seven.model.tokens", Tokens);
        Activity?.Dispose();
    }

    /// <summary>Records what calls of this kind are measured by beside that.</summary>
    protected virtual void Record(double seconds, string? error)
    {
    }
}
