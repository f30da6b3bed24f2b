using ScoringService.Load;
using ScoringService.Service;

namespace ScoringService;

/// <summary>What the service serves.</summary>
internal sealed record ServiceOptions
{
    /// <summary>The model's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Where the service listens.</summary>
    public string Url { get; init; } = "http://127.0.0.1:5080";

    public RequestLimits Limits { get; init; } = new();

    /// <summary>Time between two looks at the model's folder.</summary>
    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between the signal to stop and the closing of the port, in which a load balancer sees that the service is not ready any more.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A load test in place of the service; <see langword="null"/> for the service.</summary>
    public LoadTestOptions? LoadTest { get; init; }
}
