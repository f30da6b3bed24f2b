namespace Seven.AspNetCore;

/// <summary>Limits of a request. Texts longer than the model reads are cut, so these limits keep requests cheap; they do not change answers.</summary>
public sealed record RequestLimits
{
    /// <summary>Texts a request at most. Default 64.</summary>
    public int MaximumTexts { get; init; } = 64;

    /// <summary>Characters (UTF-16) a text at most. Default 10,000: some 2,000 words, more than encoders read.</summary>
    public int MaximumCharacters { get; init; } = 10_000;

    /// <summary>Bytes of a body at most. Default 1 MiB.</summary>
    public int MaximumBodyBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of a body after which the connection is cut. Up to these, a body that is too large is received and thrown away, so that its client reads the answer.</summary>
    internal long DrainedBytes => Math.Max(MaximumBodyBytes, 32 << 20);

    /// <summary>Texts of all requests that may wait. Default 4096.</summary>
    public int MaximumQueuedTexts { get; init; } = 4096;
}
