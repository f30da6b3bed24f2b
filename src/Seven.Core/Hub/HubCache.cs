using Seven.Formats;

namespace Seven.Hub;

/// <summary>Hugging Face's cache of one model: blobs by their hashes, snapshots of commits with links to them, and the commits of branches.</summary>
internal sealed class HubCache
{
    /// <summary>What a file that another process has locked is refused with: Windows, Linux, macOS.</summary>
    private static readonly int[] s_isLocked = [unchecked((int)0x80070020), 11, 35];

    private static readonly TimeSpan s_untilNextLook = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;
    private readonly string _locks;

    /// <param name="cacheFolder">The cache's folder.</param>
    /// <param name="name">The model.</param>
    public HubCache(string cacheFolder, string name)
    {
        string model = "models--" + name.Replace("/", "--", StringComparison.Ordinal);
        (_folder, _locks) = (Path.Combine(cacheFolder, model), Path.Combine(cacheFolder, ".locks", model));
    }

    /// <summary>The folder of a commit.</summary>
    public string Snapshot(string commit) => Path.Combine(_folder, "snapshots", commit);

    /// <summary>The file of a blob.</summary>
    public string Blob(string hash) => Path.Combine(_folder, "blobs", hash);

    /// <summary>The commit that a revision was when it was last asked for; <see langword="null"/> if it never was. A commit is itself.</summary>
    public string? CommitOf(string revision)
    {
        if (Directory.Exists(Snapshot(revision)))
            return revision;
        string path = Reference(revision);
        return File.Exists(path) && File.ReadAllText(path).Trim() is var commit && HubFile.IsHash(commit) ? commit : null;
    }

    /// <summary>Whether a commit's files are all here.</summary>
    public bool IsComplete(string commit) => File.Exists(Path.Combine(Snapshot(commit), "config.json")) && File.Exists(Path.Combine(Snapshot(commit), "model.safetensors"));

    public void Remember(string revision, string commit)
    {
        if (revision == commit)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(Reference(revision))!);
        AtomicFile.Write(Reference(revision), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(commit)));
    }

    /// <summary>Puts a blob into a commit's folder: by a link, or by a copy where links are not allowed, as Python's library does on Windows.</summary>
    public void Link(string commit, HubFile file)
    {
        string path = Path.Combine(Snapshot(commit), file.Path);
        if (File.Exists(path))
            return;
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        try
        {
            File.CreateSymbolicLink(path, Path.GetRelativePath(folder, Blob(file.Hash)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process may have been first.
            if (!File.Exists(path))
                AtomicFile.Write(path, stream =>
                {
                    using var blob = File.OpenRead(Blob(file.Hash));
                    blob.CopyTo(stream);
                });
        }
    }

    /// <summary>Waits until no other call or process receives a blob, Python's library included: the lock is its own.</summary>
    /// <returns>The lock, which ends when it is disposed.</returns>
    public async Task<IDisposable> Lock(string hash, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_locks);
        string path = Path.Combine(_locks, hash + ".lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (Array.IndexOf(s_isLocked, exception.HResult) >= 0)
            {
                await Task.Delay(s_untilNextLook, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private string Reference(string revision) => Path.Combine(_folder, "refs", revision);
}
