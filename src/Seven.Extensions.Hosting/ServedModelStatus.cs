namespace Seven.Extensions.Hosting;

/// <summary>Which model is served, and why a newer one is not.</summary>
/// <param name="LoadedAt">When the current model was loaded.</param>
/// <param name="Reloads">How often the folder's model has replaced the one before.</param>
/// <param name="Failure">Why what the folder holds now is not served; <see langword="null"/> while it is.</param>
public sealed record ServedModelStatus(DateTimeOffset LoadedAt, int Reloads, string? Failure);
