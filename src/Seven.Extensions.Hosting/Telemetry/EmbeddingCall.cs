using System.Diagnostics;

namespace Seven.Extensions.Hosting.Telemetry;

/// <summary>Measures a call that makes embeddings, by OpenTelemetry's conventions for generative AI as well.</summary>
internal sealed class EmbeddingCall : ModelCall
{
    private readonly string _name;
    private readonly ModelMeter _meter;

    public EmbeddingCall(string name, ModelMeter meter, int rows)
        : base(name, meter, $"embeddings {name}", ActivityKind.Client, rows)
    {
        (_name, _meter) = (name, meter);
        foreach (var (key, value) in Tags())
            Activity?.SetTag(key, value);
    }

    protected override void Record(double seconds, string? error)
    {
        TagList tags = [.. Tags()];
        if (error is null)
        {
            _meter.TokenUsage.Record(Tokens, [.. tags, new("gen_ai.token.type", "input")]);
            Activity?.SetTag("gen_ai.usage.input_tokens", Tokens);
        }
        else
        {
            tags.Add("error.type", error);
        }

        _meter.OperationDuration.Record(seconds, tags);
    }

    private KeyValuePair<string, object?>[] Tags() =>
        [new("gen_ai.operation.name", "embeddings"), new("gen_ai.provider.name", "seven"), new("gen_ai.request.model", _name)];
}
