namespace Seven.Hub;

/// <summary>Options of downloads from a hub. Defaults are those of Hugging Face's own libraries, with their environment variables.</summary>
public sealed record HubOptions
{
    private const string UsualEndpoint = "https://huggingface.co";

    /// <summary>The version of the model: a branch, a tag or a commit. Default <c>main</c>.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>The hub's address. Default <c>HF_ENDPOINT</c>, or https://huggingface.co.</summary>
    public Uri Endpoint { get; init; } = new(Variable("HF_ENDPOINT") ?? UsualEndpoint);

    /// <summary>The folder of the cache, which Python's libraries share. Default <c>HF_HUB_CACHE</c>, or the folder hub in <c>HF_HOME</c>, or <c>~/.cache/huggingface/hub</c>.</summary>
    public string CacheFolder { get; init; } = Variable("HF_HUB_CACHE") ?? Path.Combine(
        Variable("HF_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "huggingface"), "hub");

    /// <summary>The user's token, for private and gated models. Default <c>HF_TOKEN</c>. It is sent to the hub alone, not to where it redirects to.</summary>
    public string? Token { get; init; } = Variable("HF_TOKEN");

    /// <summary>Whether only the cache is looked at. Default <c>HF_HUB_OFFLINE</c>.</summary>
    public bool IsOffline { get; init; } = Variable("HF_HUB_OFFLINE") is { } value && value.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON";

    /// <summary>Hosts, besides the hub's own, that large files may come from, with those below them. Default huggingface.co and hf.co.</summary>
    public IReadOnlyList<string> FileHosts { get; init; } = ["huggingface.co", "hf.co"];

    /// <summary>The number of retries after a broken connection, or a reply that the hub is busy. Default 5.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>The pause before the first repetition, doubled with each, where the hub names none. Default one second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause that the hub may ask for. Default one minute; a longer one is an error.</summary>
    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The time without data after which a connection counts as broken. Default one minute.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Returns these options if they can be used.</summary>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    internal HubOptions Validated()
    {
        Require.InRange(Retries, 0, 100, inclusiveEnd: true, nameof(Retries));
        ArgumentException.ThrowIfNullOrWhiteSpace(CacheFolder);
        if (ReadTimeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(ReadTimeout), $"{nameof(ReadTimeout)} is {ReadTimeout}; expected some time.");
        if (!HubName.IsPlainPath(Revision))
            throw new ArgumentException($"{nameof(Revision)} is '{Revision}'; expected a branch, a tag or a commit.");
        if (!Endpoint.IsAbsoluteUri || (Endpoint.Scheme != Uri.UriSchemeHttps && !Endpoint.IsLoopback))
            throw new ArgumentException($"{nameof(Endpoint)} is {Endpoint}; expected an address that begins with https.");
        return this;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
