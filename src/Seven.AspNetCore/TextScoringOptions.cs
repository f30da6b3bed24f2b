namespace Seven.AspNetCore;

/// <summary>Options of <c>AddTextScoring</c>: the model, and the limits of requests.</summary>
public sealed record TextScoringOptions
{
    /// <summary>The model's folder, dense or compact, or a name on Hugging Face's hub: a model for text classification or for sentence embeddings.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>The limits of a request.</summary>
    public RequestLimits Limits { get; init; } = new();

    /// <summary>Time between two looks at the model's folder for a changed model. Default 2 seconds.</summary>
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between the signal to stop and the closing of the port, in which a load balancer sees that the service is not ready any more. Default 2 seconds.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(2);
}
