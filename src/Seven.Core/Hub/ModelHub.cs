namespace Seven.Hub;

/// <summary>Models from Hugging Face's hub, in the cache that Python's libraries share.</summary>
public static class ModelHub
{
    /// <summary>Files that a model is read from, where it has them, the weights last: where they are, all is.</summary>
    private static readonly string[] s_files =
    [
        "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
        "sentencepiece.bpe.model", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json", "preprocessor_config.json", "model.safetensors",
    ];

    /// <summary>Downloads what is needed of a model and not in the cache yet.</summary>
    /// <remarks>A file that another call or process receives, Python's library included, is waited for.</remarks>
    /// <param name="name">The model's name, such as sentence-transformers/all-MiniLM-L6-v2.</param>
    /// <param name="options">Where from and where to; <see langword="null"/> for what the environment says.</param>
    /// <param name="progress">Receives the progress of each file.</param>
    /// <param name="cancellationToken">Stops; what was received is kept, and goes on the next time.</param>
    /// <returns>The folder of the model.</returns>
    /// <exception cref="ArgumentException">The name has not the form owner/model, or an option cannot be used.</exception>
    /// <exception cref="HttpRequestException">The hub has no such model, does not give it away, is busy, cannot be reached, or redirects elsewhere, and the cache does not have the model either.</exception>
    /// <exception cref="InvalidDataException">A file is another than was announced, or the model has no <c>model.safetensors</c>.</exception>
    /// <exception cref="FileNotFoundException">Only the cache may be looked at, and it does not have the model.</exception>
    public static async Task<string> DownloadAsync(string name, HubOptions? options = null, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!HubName.IsName(name))
            throw new ArgumentException($"'{name}' is no name of a model; expected an owner and a model, such as sentence-transformers/all-MiniLM-L6-v2.", nameof(name));
        options = (options ?? new HubOptions()).Validated();
        var cache = new HubCache(options.CacheFolder, name);
        string? known = cache.CommitOf(options.Revision) is { } commit && cache.IsComplete(commit) ? cache.Snapshot(commit) : null;
        if (options.IsOffline)
            return known ?? throw new FileNotFoundException($"The cache {options.CacheFolder} has no {name} with the revision {options.Revision}, and HF_HUB_OFFLINE forbids downloads; expected it downloaded before.");
        try
        {
            return await Download(name, options, cache, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (known is not null && exception.StatusCode is null or >= System.Net.HttpStatusCode.InternalServerError)
        {
            // As in Python's libraries, a model that is here is used while the hub cannot be reached.
            return known;
        }
    }

    /// <summary>Downloads what is needed of a model and not in the cache yet, and waits for it.</summary>
    /// <inheritdoc cref="DownloadAsync" path="/param|/returns|/exception"/>
    public static string Download(string name, HubOptions? options = null, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => DownloadAsync(name, options, progress, cancellationToken), cancellationToken).GetAwaiter().GetResult();

    /// <summary>The folder of a model: the one named, or that of a name on the hub, where there is no such folder.</summary>
    /// <param name="folderOrName">A folder, or a name such as sentence-transformers/all-MiniLM-L6-v2.</param>
    internal static string FolderOf(string folderOrName) => !Directory.Exists(folderOrName) && HubName.IsName(folderOrName) ? Download(folderOrName) : folderOrName;

    private static async Task<string> Download(string name, HubOptions options, HubCache cache, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        using var client = new HubClient(options, name);
        var (commit, paths) = await client.List(cancellationToken).ConfigureAwait(false);
        if (!paths.Contains("model.safetensors"))
            throw new InvalidDataException($"{name} has no model.safetensors but {string.Join(", ", paths.Where(path => path.EndsWith(".bin", StringComparison.Ordinal) || path.EndsWith(".safetensors", StringComparison.Ordinal)).DefaultIfEmpty("no weights"))}; expected a model in one file of safetensors.");
        foreach (string path in s_files.Where(paths.Contains))
        {
            if (File.Exists(Path.Combine(cache.Snapshot(commit), path)))
                continue;
            var file = await client.Describe(commit, path, cancellationToken).ConfigureAwait(false);
            using (await cache.Lock(file.Hash, cancellationToken).ConfigureAwait(false))
            {
                if (!File.Exists(cache.Blob(file.Hash)))
                    await Receive(client, file, cache, name, progress, cancellationToken).ConfigureAwait(false);
            }

            cache.Link(commit, file);
        }

        cache.Remember(options.Revision, commit);
        return cache.Snapshot(commit);
    }

    /// <summary>Receives a blob beside its place, checks it, and moves it there.</summary>
    private static async Task Receive(HubClient client, HubFile file, HubCache cache, string name, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        string place = cache.Blob(file.Hash), unfinished = place + ".incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        await using (var target = new FileStream(unfinished, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            if (target.Length > file.Size)
                target.SetLength(0);
            if (target.Length < file.Size || file.Size == 0)
                await client.Receive(file, target, progress, cancellationToken).ConfigureAwait(false);
        }

        if (!file.IsSame(unfinished))
        {
            File.Delete(unfinished);
            throw new InvalidDataException($"{file.Path} of {name} has another hash than {file.Hash}, which the hub announced; expected the same bytes. What was received is deleted.");
        }

        File.Move(unfinished, place, overwrite: true);
    }
}
