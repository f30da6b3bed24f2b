using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Seven.Hub;

/// <summary>The hub's answers: which commit a revision is, which files it has, what each file is, and its bytes.</summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 5;
    private const int BufferBytes = 1 << 17;

    /// <summary>More than the description of a model with thousands of files has.</summary>
    private const int MostDescriptionBytes = 1 << 24;

    private readonly HubOptions _options;
    private readonly string _name;
    private readonly HttpClient _http;

    public HubClient(HubOptions options, string name)
    {
        (_options, _name) = (options, name);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Seven.MLNet/0.1");
    }

    /// <summary>The commit of the revision, and the paths of its files.</summary>
    public async Task<(string Commit, IReadOnlyList<string> Paths)> List(CancellationToken cancellationToken)
    {
        var address = new Uri(_options.Endpoint, $"/api/models/{_name}/revision/{Uri.EscapeDataString(_options.Revision)}");
        byte[] content = await Description(address, cancellationToken).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(content);
            string commit = json.RootElement.GetProperty("sha").GetString() ?? "";
            string[] paths = [.. json.RootElement.GetProperty("siblings").EnumerateArray().Select(file => file.GetProperty("rfilename").GetString() ?? "")];
            if (!HubFile.IsHash(commit))
                throw new InvalidDataException($"{address} names the commit '{commit}'; expected 40 hexadecimal digits.");
            return Array.Find(paths, path => !HubName.IsPlainPath(path)) is { } trick
                ? throw new InvalidDataException($"{address} names the file '{trick}'; expected paths inside the model.")
                : (commit, paths);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{address} answers with no description of a model: {exception.Message}", exception);
        }
    }

    /// <summary>Returns the identity and the address of a file.</summary>
    public async Task<HubFile> Describe(string commit, string path, CancellationToken cancellationToken)
    {
        var address = new Uri(_options.Endpoint, $"/{_name}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");
        using var answer = await Send(HttpMethod.Head, address, range: 0, cancellationToken).ConfigureAwait(false);
        string hash = (Header(answer, "X-Linked-Etag") ?? answer.Headers.ETag?.Tag ?? "").Trim('"');
        string? size = Header(answer, "X-Linked-Size");
        if (!HubFile.IsHash(hash))
            throw new InvalidDataException($"{address} names the hash '{hash}'; expected that of git or SHA-256.");
        long bytes = size is null ? answer.Content.Headers.ContentLength ?? -1
            : long.TryParse(size, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long number) ? number : -1;
        return bytes >= 0 ? new HubFile(path, hash, bytes, address) : throw new InvalidDataException($"{address} does not say how large the file is; expected its bytes.");
    }

    /// <summary>Appends a file's bytes to those that are there, until all are.</summary>
    /// <exception cref="InvalidDataException">More bytes come than were announced.</exception>
    /// <exception cref="HttpRequestException">The connection breaks again and again.</exception>
    public async Task Receive(HubFile file, FileStream target, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        long furthest = target.Length;
        for (int attempt = 0; ;)
        {
            try
            {
                using var answer = await Send(HttpMethod.Get, file.Address, target.Length, cancellationToken).ConfigureAwait(false);
                // A server that does not know ranges sends all of it again.
                if (answer.StatusCode != HttpStatusCode.PartialContent)
                    target.SetLength(0);
                target.Position = target.Length;
                await using var source = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                for (int read; (read = await InTime(token => source.ReadAsync(buffer, token).AsTask(), cancellationToken).ConfigureAwait(false)) > 0;)
                {
                    if (target.Length + read > file.Size)
                        throw new InvalidDataException($"{file.Path} of {_name} has more than the {file.Size:N0} bytes that were announced.");
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    progress?.Report(new HubProgress(file.Path, target.Length, file.Size));
                }

                if (target.Length == file.Size)
                    return;
                throw new HttpIOException(HttpRequestError.ResponseEnded, $"{file.Path} of {_name} ended after {target.Length:N0} of {file.Size:N0} bytes");
            }
            catch (HttpIOException exception) when (attempt >= _options.Retries && target.Length <= furthest)
            {
                throw new HttpRequestException(exception.Message, exception);
            }
            catch (HttpIOException)
            {
                // A connection that brought something on is as good as the first one.
                attempt = target.Length > furthest ? 0 : attempt + 1;
                furthest = Math.Max(furthest, target.Length);
                await Task.Delay(DelayOf(attempt), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The whole body of a short answer, asked for again where it ends too early.</summary>
    private async Task<byte[]> Description(Uri address, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            using var answer = await Send(HttpMethod.Get, address, range: 0, cancellationToken).ConfigureAwait(false);
            try
            {
                await InTime(
                    async token =>
                    {
                        await answer.Content.LoadIntoBufferAsync(MostDescriptionBytes, token).ConfigureAwait(false);
                        return true;
                    },
                    cancellationToken).ConfigureAwait(false);
                return await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
            {
                throw new InvalidDataException($"{address} answers with more than {MostDescriptionBytes:N0} bytes; expected the description of a model.", exception);
            }
            catch (Exception exception) when (exception is HttpRequestException or HttpIOException && attempt < _options.Retries)
            {
                await Task.Delay(DelayOf(attempt), cancellationToken).ConfigureAwait(false);
            }
            catch (HttpIOException exception)
            {
                throw new HttpRequestException(exception.Message, exception);
            }
        }
    }

    /// <summary>Asks until there is an answer, following redirects to allowed hosts. The token goes to the hub alone.</summary>
    private async Task<HttpResponseMessage> Send(HttpMethod method, Uri address, long range, CancellationToken cancellationToken)
    {
        int redirects = 0;
        for (int attempt = 0; ;)
        {
            var (answer, delay) = await TrySend(method, address, range, attempt, cancellationToken).ConfigureAwait(false);
            if (answer is null)
            {
                await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
                attempt++;
                continue;
            }

            bool isRedirect = (int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is not null;
            // The hub's own answer, before the redirect, identifies a large file.
            if (!isRedirect || (method == HttpMethod.Head && Header(answer, "X-Linked-Etag") is not null))
                return answer;
            var location = answer.Headers.Location!;
            answer.Dispose();
            if (!Uri.TryCreate(address, location, out var next))
                throw new HttpRequestException($"{address} redirects to '{location.OriginalString}'; expected an address.");
            if (++redirects > MostRedirects)
                throw new HttpRequestException($"{address} redirects again and again; expected at most {MostRedirects} times.");
            address = IsAllowed(next) ? next : throw new HttpRequestException($"The hub redirects to {next.GetLeftPart(UriPartial.Authority)}; expected {_options.Endpoint.Host}, or one of {string.Join(", ", _options.FileHosts)}, by https.");
        }
    }

    /// <summary>The answer, or how long to wait before asking again.</summary>
    private async Task<(HttpResponseMessage? Answer, TimeSpan Delay)> TrySend(HttpMethod method, Uri address, long range, int attempt, CancellationToken cancellationToken)
    {
        using var request = RequestOf(method, address, range);
        HttpResponseMessage answer;
        try
        {
            answer = await InTime(token => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancellationToken).ConfigureAwait(false);
        }
        catch (HttpIOException exception) when (attempt >= _options.Retries)
        {
            throw new HttpRequestException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpIOException && attempt < _options.Retries)
        {
            return (null, DelayOf(attempt));
        }

        if ((int)answer.StatusCode < 400)
            return (answer, default);
        using (answer)
        {
            bool isBusy = answer.StatusCode == HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500;
            var delay = answer.Headers.RetryAfter?.Delta ?? (answer.Headers.RetryAfter?.Date - DateTimeOffset.UtcNow) ?? DelayOf(attempt);
            if (isBusy && attempt < _options.Retries && delay <= _options.MaximumDelay)
                return (null, delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
            throw new HttpRequestException(Refusal(answer, address), inner: null, answer.StatusCode);
        }
    }

    /// <summary>A request, with the token if it goes to the hub.</summary>
    internal HttpRequestMessage RequestOf(HttpMethod method, Uri address, long range)
    {
        var request = new HttpRequestMessage(method, address);
        if (range > 0)
            request.Headers.Range = new RangeHeaderValue(range, null);
        if (_options.Token is { } token && IsHub(address))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    /// <summary>Waits for an answer, as long as the hub may be silent, and then gives it up.</summary>
    /// <exception cref="HttpIOException">It was silent longer, or the connection broke.</exception>
    private async Task<T> InTime<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.ReadTimeout);
        try
        {
            return await ask(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpIOException(HttpRequestError.ConnectionError, $"The hub {_options.Endpoint} is silent for {_options.ReadTimeout.TotalSeconds:N0} seconds", exception);
        }
        catch (IOException exception) when (exception is not HttpIOException)
        {
            throw new HttpIOException(HttpRequestError.ConnectionError, $"The connection to the hub {_options.Endpoint} broke: {exception.Message}", exception);
        }
    }

    private string Refusal(HttpResponseMessage answer, Uri address) => answer.StatusCode switch
    {
        HttpStatusCode.NotFound => $"The hub {_options.Endpoint} has no {address.AbsolutePath}: there is no model {_name} with the revision {_options.Revision}, or it is private; expected a name such as sentence-transformers/all-MiniLM-L6-v2.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"The hub {_options.Endpoint} does not give {_name} away; expected a token with access in HF_TOKEN, or a name that exists.",
        HttpStatusCode.TooManyRequests => $"The hub {_options.Endpoint} is asked too often, and wants a pause of {answer.Headers.RetryAfter}; expected at most {_options.MaximumDelay.TotalSeconds:N0} seconds after {_options.Retries} attempts.",
        _ => $"The hub answers {address} with {(int)answer.StatusCode} {answer.ReasonPhrase}.",
    };

    private bool IsHub(Uri address) => address.Authority == _options.Endpoint.Authority && address.Scheme == _options.Endpoint.Scheme;

    private bool IsAllowed(Uri address) => IsHub(address) || (address.Scheme == Uri.UriSchemeHttps
        && _options.FileHosts.Any(host => address.Host.Equals(host, StringComparison.OrdinalIgnoreCase) || address.Host.EndsWith("." + host, StringComparison.OrdinalIgnoreCase)));

    private TimeSpan DelayOf(int attempt) => _options.RetryDelay * Math.Pow(2, Math.Min(attempt, 6));

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
