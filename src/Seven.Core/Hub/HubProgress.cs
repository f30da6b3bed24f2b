namespace Seven.Hub;

/// <summary>Where a download stands.</summary>
/// <param name="File">The file, by its path in the model.</param>
/// <param name="Received">Bytes of it that are here.</param>
/// <param name="Size">Bytes that it has.</param>
public readonly record struct HubProgress(string File, long Received, long Size);
