using ScoringService.Load;
using Seven.AspNetCore;

namespace ScoringService;

/// <summary>What the service serves.</summary>
internal sealed record ServiceOptions
{
    /// <summary>The model, and its limits.</summary>
    public required TextScoringOptions Scoring { get; init; }

    /// <summary>Where the service listens.</summary>
    public string Url { get; init; } = "http://127.0.0.1:5080";

    /// <summary>A load test in place of the service; <see langword="null"/> for the service.</summary>
    public LoadTestOptions? LoadTest { get; init; }
}
