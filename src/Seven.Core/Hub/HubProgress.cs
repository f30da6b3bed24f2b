namespace Seven.Hub;

/// <summary>The progress of a download.</summary>
/// <param name="File">The file, by its path in the model.</param>
/// <param name="Received">Bytes received.</param>
/// <param name="Size">Bytes in all.</param>
public readonly record struct HubProgress(string File, long Received, long Size);
