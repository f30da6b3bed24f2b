namespace Seven.Extensions.Hosting;

/// <summary>What a served model has loaded, and why it could not load something newer.</summary>
/// <param name="LoadedAt">When the current model was loaded.</param>
/// <param name="Reloads">How often the folder's model has replaced the one before.</param>
/// <param name="Failure">Why the folder's model of today is not the current one; <see langword="null"/> while it is.</param>
public sealed record ServedModelStatus(DateTimeOffset LoadedAt, int Reloads, string? Failure);
