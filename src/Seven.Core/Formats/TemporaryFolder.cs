namespace Seven.Formats;

/// <summary>A new folder of its own for as long as it is needed.</summary>
/// <param name="use">What for, which is part of its name.</param>
internal sealed class TemporaryFolder(string use) : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory($"seven-{use}-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
