using System.Diagnostics;
using Seven.Encoders.Tasks;

namespace Seven.Extensions.Hosting.Telemetry;

/// <summary>Metrics and traces of one model.</summary>
internal sealed class ModelTelemetry(string name, ModelMeter meter)
{
    private readonly KeyValuePair<string, object?> _model = new("seven.model.name", name);

    public void HasQueued(int rows) => meter.QueuedRows.Add(rows, _model);

    public void HasScored(int rows) => meter.BatchRows.Record(rows, _model);

    public void HasReloaded(string? error)
    {
        if (error is null)
            meter.Reloads.Add(1, _model);
        else
            meter.Reloads.Add(1, _model, new("error.type", error));
    }

    /// <summary>Measures a call until it is disposed.</summary>
    public ModelCall Begin(EncoderTask task, int rows) => task is TextEmbeddingTask ? new EmbeddingCall(name, meter, rows) : new ModelCall(name, meter, $"score {name}", ActivityKind.Internal, rows);
}
