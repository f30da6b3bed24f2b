namespace ScoringService.Load;

/// <summary>A copy of a model's folder that is replaced by another copy again and again, as a deployment does it: a whole folder, renamed.</summary>
internal sealed class ReplacedModel : IDisposable
{
    private readonly string _original;
    private readonly string _parent = Directory.CreateTempSubdirectory("scoring-service-").FullName;

    public ReplacedModel(string original)
    {
        _original = original;
        Copy(Folder);
    }

    public string Folder => Path.Combine(_parent, "model");

    /// <summary>Replaces the folder until it is stopped.</summary>
    public async Task ReplaceEvery(TimeSpan time, CancellationToken stop)
    {
        try
        {
            for (int version = 1; ; version++)
            {
                await Task.Delay(time, stop);
                string next = Path.Combine(_parent, $"next-{version}"), old = Path.Combine(_parent, $"old-{version}");
                Copy(next);
                Directory.Move(Folder, old);
                Directory.Move(next, Folder);
                Directory.Delete(old, recursive: true);
            }
        }
        catch (OperationCanceledException)
        {
            // The load test is over.
        }
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private void Copy(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(_original, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(_original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            // New files, with times of their own.
            File.WriteAllBytes(copy, File.ReadAllBytes(file));
        }
    }
}
