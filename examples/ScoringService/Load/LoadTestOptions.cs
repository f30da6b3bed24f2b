namespace ScoringService.Load;

/// <summary>How a service is loaded.</summary>
internal sealed record LoadTestOptions
{
    /// <summary>Time that counts.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Time before that.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections, each of which sends a text when the one before is answered.</summary>
    public required int Connections { get; init; }

    /// <summary>Time after which the model is replaced, again and again; <see langword="null"/> for never.</summary>
    public TimeSpan? ReloadEvery { get; init; }

    /// <summary>The program to start; <see langword="null"/> for this one.</summary>
    public string? Program { get; init; }
}
