using System.Net;
using Seven.Encoders;
using Seven.Encoders.Tasks;
using Seven.Hub;
using Seven.Inference;
using Seven.Tests;
using Seven.Tokens;

namespace Seven.Core.Tests.Hub;

/// <summary>Downloads against a server of this process: what is fetched, kept, resumed, refused.</summary>
[TestClass]
public sealed class ModelHubTests
{
    private const string Name = "someone/tiny-model";

    private readonly string _cache = TestFolders.Temporary();
    private LocalHub _hub = null!;

    private HubOptions Options => new() { Endpoint = _hub.Address, CacheFolder = _cache, Token = null, IsOffline = false, Retries = 2, RetryDelay = TimeSpan.FromMilliseconds(1) };

    [TestInitialize]
    public void Start()
    {
        string folder = TestFolders.Temporary();
        string[] tokens = [.. Vocabulary.Special, "a", "b"];
        EncoderModel.Create(new TextConfiguration { VocabularySize = tokens.Length, HiddenSize = 64, Layers = 2, Heads = 2, IntermediateSize = 256 }, EncoderTasks.TextClassification(["x", "y"])).Save(folder);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), tokens);
        var files = Directory.EnumerateFiles(folder).ToDictionary(path => Path.GetFileName(path)!, File.ReadAllBytes);
        files["README.md"] = "not needed"u8.ToArray();
        files["1_Pooling/config.json"] = "{}"u8.ToArray();
        _hub = new LocalHub(Name, files);
        Directory.Delete(folder, recursive: true);
    }

    [TestCleanup]
    public void Clean()
    {
        _hub.Dispose();
        if (Directory.Exists(_cache))
            Directory.Delete(_cache, recursive: true);
    }

    [TestMethod]
    public void A_model_is_downloaded_into_the_cache_that_Python_shares_and_read_from_there()
    {
        var seen = new List<HubProgress>();
        string folder = ModelHub.Download(Name, Options, new Progress(seen));
        Assert.AreEqual(Path.Combine(_cache, "models--someone--tiny-model", "snapshots", LocalHub.Commit), folder);
        Assert.AreEqual(LocalHub.Commit, File.ReadAllText(Path.Combine(_cache, "models--someone--tiny-model", "refs", "main")));
        using var model = SparseModel.Load(folder);
        Assert.HasCount(2, model.Classify("a b"));
        Assert.IsFalse(File.Exists(Path.Combine(folder, "README.md")), "what no model is read from is not downloaded");
        Assert.IsTrue(File.Exists(Path.Combine(folder, "1_Pooling", "config.json")));
        Assert.IsNotNull(new FileInfo(Path.Combine(folder, "model.safetensors")).LinkTarget, "the snapshot links to the blob");
        Assert.IsTrue(seen.Any(step => step.File == "model.safetensors" && step.Received == step.Size && step.Size == _hub.Files["model.safetensors"].Length));

        _hub.Requests.Clear();
        Assert.AreEqual(folder, ModelHub.Download(Name, Options));
        Assert.HasCount(1, _hub.Requests, "what is there is not asked for again");
    }

    [TestMethod]
    public void Without_a_connection_the_cache_is_used_if_it_has_the_model()
    {
        Assert.Contains("HF_HUB_OFFLINE", Assert.ThrowsExactly<FileNotFoundException>(() => ModelHub.Download(Name, Options with { IsOffline = true })).Message);
        string folder = ModelHub.Download(Name, Options);
        _hub.Requests.Clear();
        Assert.AreEqual(folder, ModelHub.Download(Name, Options with { IsOffline = true }));
        Assert.AreEqual(folder, ModelHub.Download(Name, Options with { IsOffline = true, Revision = LocalHub.Commit }));
        Assert.IsEmpty(_hub.Requests);
        _hub.Dispose();
        Assert.AreEqual(folder, ModelHub.Download(Name, Options));
        Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download("someone/other", Options));
    }

    [TestMethod]
    public void A_connection_that_is_cut_goes_on_where_it_ended()
    {
        byte[] weights = _hub.Files["model.safetensors"];
        int half = weights.Length / 2;
        _hub.Fault(context => IsFile(context, "model.safetensors", "GET") && Cut(context, weights, half));
        string folder = ModelHub.Download(Name, Options);
        CollectionAssert.AreEqual(weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Assert.Contains(request => request.EndsWith($"bytes={half}-", StringComparison.Ordinal), _hub.Requests);
    }

    [TestMethod]
    public void What_an_earlier_process_received_is_not_received_again()
    {
        byte[] weights = _hub.Files["model.safetensors"];
        foreach (int bytes in (int[])[1000, 0])
            _hub.Fault(context => IsFile(context, "model.safetensors", "GET") && Cut(context, weights, bytes));
        Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download(Name, Options with { Retries = 0 }));
        _hub.Requests.Clear();
        string folder = ModelHub.Download(Name, Options);
        CollectionAssert.AreEqual(weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Assert.Contains(request => request.EndsWith("bytes=1000-", StringComparison.Ordinal), _hub.Requests);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void Calls_at_the_same_time_receive_each_file_once()
    {
        Task<string>[] calls = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => ModelHub.DownloadAsync(Name, Options)))];
        string[] folders = Task.WhenAll(calls).GetAwaiter().GetResult();
        Assert.HasCount(1, folders.Distinct());
        using var model = SparseModel.Load(folders[0]);
        Assert.HasCount(2, model.Classify("a b"));
        Assert.HasCount(1, _hub.Requests.Where(request => request == $"GET /{Name}/resolve/{LocalHub.Commit}/model.safetensors"));
    }

    [TestMethod]
    [Timeout(60_000)]
    public void A_file_that_another_process_receives_is_waited_for()
    {
        string locks = Path.Combine(_cache, ".locks", "models--someone--tiny-model");
        Directory.CreateDirectory(locks);
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_hub.Files["model.safetensors"]));
        Task<string> call;
        using (new FileStream(Path.Combine(locks, hash + ".lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            call = ModelHub.DownloadAsync(Name, Options);
            Assert.IsFalse(call.Wait(TimeSpan.FromMilliseconds(500)));
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
            Assert.Throws<OperationCanceledException>(() => ModelHub.Download(Name, Options, cancellationToken: patience.Token));
        }

        Assert.IsTrue(File.Exists(Path.Combine(call.GetAwaiter().GetResult(), "model.safetensors")));
    }

    [TestMethod]
    public void Other_bytes_than_announced_are_refused_and_deleted()
    {
        _hub.Fault(context => IsFile(context, "vocab.txt", "GET") && Send(context, "wrong"u8.ToArray().Concat(new byte[_hub.Files["vocab.txt"].Length - 5]).ToArray()));
        Assert.Contains("vocab.txt of someone/tiny-model has another hash", Assert.ThrowsExactly<InvalidDataException>(() => ModelHub.Download(Name, Options)).Message);
        _hub.Fault(context => IsFile(context, "model.safetensors", "GET") && Send(context, new byte[_hub.Files["model.safetensors"].Length]));
        Assert.Contains("another hash", Assert.ThrowsExactly<InvalidDataException>(() => ModelHub.Download(Name, Options)).Message);
        Assert.IsFalse(Directory.EnumerateFiles(_cache, "*.incomplete", SearchOption.AllDirectories).Any());
        using var model = SparseModel.Load(ModelHub.Download(Name, Options));
    }

    [TestMethod]
    public void A_file_larger_than_announced_is_refused_while_it_comes()
    {
        _hub.Fault(context => IsFile(context, "model.safetensors", "GET") && Send(context, new byte[_hub.Files["model.safetensors"].Length + 1]));
        Assert.Contains("more than the", Assert.ThrowsExactly<InvalidDataException>(() => ModelHub.Download(Name, Options)).Message);
    }

    [TestMethod]
    public void Large_files_come_from_where_the_hub_redirects_to_and_from_nowhere_else()
    {
        _hub.RedirectsTo = "/files/model.safetensors";
        string folder = ModelHub.Download(Name, Options with { Token = "secret" });
        CollectionAssert.AreEqual(_hub.Files["model.safetensors"], File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Assert.IsTrue(_hub.Requests.All(request => request.EndsWith("Bearer secret", StringComparison.Ordinal)), "this is the hub itself");
        Directory.Delete(_cache, recursive: true);

        foreach (string target in (string[])["https://example.org/model.safetensors", "http://cdn.huggingface.co/model", "https://evil-huggingface.co/model", $"http://127.0.0.1:{_hub.Address.Port}/files/model.safetensors"])
        {
            _hub.RedirectsTo = target;
            Assert.Contains("redirects to", Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download(Name, Options)).Message, target);
        }

        _hub.RedirectsTo = $"/{Name}/resolve/{LocalHub.Commit}/model.safetensors";
        Assert.Contains("again and again", Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download(Name, Options)).Message);
    }

    /// <summary>Whoever serves the large files, or takes a request without encryption, does not learn the token.</summary>
    [TestMethod]
    [DataRow("https://huggingface.co/api/models/someone", true)]
    [DataRow("https://HUGGINGFACE.co:443/someone/resolve/main/config.json", true)]
    [DataRow("http://huggingface.co/api/models/someone", false)]
    [DataRow("https://huggingface.co:8443/api/models/someone", false)]
    [DataRow("https://cdn-lfs.huggingface.co/file", false)]
    [DataRow("https://cas-bridge.xethub.hf.co/file", false)]
    [DataRow("https://huggingface.co.evil.org/file", false)]
    [DataRow("https://huggingface.co@evil.org/file", false)]
    public void The_token_goes_to_the_hub_alone(string address, bool isSent)
    {
        using var client = new HubClient(Options with { Endpoint = new Uri("https://huggingface.co"), Token = "secret" }, Name);
        using var request = client.RequestOf(HttpMethod.Get, new Uri(address), range: 5);
        Assert.AreEqual(isSent ? "Bearer secret" : null, request.Headers.Authorization?.ToString());
        Assert.AreEqual("bytes=5-", request.Headers.Range?.ToString());
    }

    [TestMethod]
    public void A_busy_hub_is_asked_again_when_it_says_so_and_not_for_ever()
    {
        _hub.Fault(context => LocalHub.Refuse(context, 429, retryAfter: "0"));
        _hub.Fault(context => LocalHub.Refuse(context, 503));
        Assert.IsTrue(Directory.Exists(ModelHub.Download(Name, Options)));
        Directory.Delete(_cache, recursive: true);
        _hub.Fault(context => LocalHub.Refuse(context, 429, retryAfter: "3600"));
        var refused = Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download(Name, Options));
        Assert.AreEqual(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Contains("3600", refused.Message);
        for (int i = 0; i < 3; i++)
            _hub.Fault(context => LocalHub.Refuse(context, 500));
        Assert.Contains("500", Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download(Name, Options)).Message);
    }

    [TestMethod]
    public void A_hub_that_falls_silent_is_given_up_after_some_time_and_asked_again()
    {
        var quick = Options with { ReadTimeout = TimeSpan.FromMilliseconds(200) };
        byte[] weights = _hub.Files["model.safetensors"];
        _hub.Fault(static _ => true);
        _hub.Fault(context => IsFile(context, "model.safetensors", "GET") && Stall(context, weights, 5000));
        string folder = ModelHub.Download(Name, quick);
        CollectionAssert.AreEqual(weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Directory.Delete(_cache, recursive: true);
        for (int i = 0; i < 3; i++)
            _hub.Fault(static _ => true);
        Assert.Contains("silent", Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download(Name, quick)).Message);
    }

    [TestMethod]
    public void A_description_that_ends_too_early_or_comes_slowly_is_asked_for_again_and_one_without_end_is_refused()
    {
        var quick = Options with { ReadTimeout = TimeSpan.FromMilliseconds(200) };
        byte[] description = new byte[100];
        _hub.Fault(context => Cut(context, description, 10));
        _hub.Fault(context => Stall(context, description, 10));
        Assert.IsTrue(File.Exists(Path.Combine(ModelHub.Download(Name, quick), "config.json")));
        for (int i = 0; i < 3; i++)
            _hub.Fault(context => Stall(context, description, 10));
        Assert.Contains("silent", Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download(Name, quick with { CacheFolder = _cache + "-other" })).Message);
        _hub.Fault(context => Send(context, new byte[(1 << 24) + 1]));
        Assert.Contains("more than 16,777,216 bytes", Assert.ThrowsExactly<InvalidDataException>(() => ModelHub.Download(Name, Options)).Message);
    }

    [TestMethod]
    public void A_model_that_is_not_there_gated_or_in_pickles_is_named()
    {
        Assert.Contains("there is no model someone/else", Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download("someone/else", Options)).Message);
        _hub.Fault(context => LocalHub.Refuse(context, 403));
        Assert.Contains("HF_TOKEN", Assert.ThrowsExactly<HttpRequestException>(() => ModelHub.Download(Name, Options)).Message);
        _hub.Fault(context => Send(context, """{ "sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{ "rfilename": "pytorch_model.bin" }] }"""u8.ToArray()));
        Assert.Contains("pytorch_model.bin", Assert.ThrowsExactly<InvalidDataException>(() => ModelHub.Download(Name, Options)).Message);
        foreach (string answer in (string[])["{", "[]", """{ "sha": "../../etc", "siblings": [] }""", """{ "sha": "0123456789abcdef0123456789abcdef01234567", "siblings": [{ "rfilename": "../config.json" }] }"""])
        {
            _hub.Fault(context => Send(context, System.Text.Encoding.UTF8.GetBytes(answer)));
            Assert.ThrowsExactly<InvalidDataException>(() => ModelHub.Download(Name, Options), answer);
        }
    }

    [TestMethod]
    [DataRow("tiny-model")]
    [DataRow("../secret/x")]
    [DataRow("someone/..")]
    [DataRow("someone/a/b")]
    [DataRow("someone\\model")]
    [DataRow("https://example.org/model")]
    [DataRow("someone/mod el")]
    [DataRow("")]
    public void A_name_that_is_none_is_refused_before_anything_is_asked(string name)
    {
        Assert.ThrowsExactly<ArgumentException>(() => ModelHub.Download(name, Options));
        Assert.IsEmpty(_hub.Requests);
    }

    [TestMethod]
    public void Options_that_cannot_be_used_are_refused()
    {
        foreach (var options in (HubOptions[])[Options with { Revision = "../x" }, Options with { Retries = -1 }, Options with { ReadTimeout = TimeSpan.Zero }, Options with { Endpoint = new Uri("http://example.org") }])
            Assert.Throws<ArgumentException>(() => ModelHub.Download(Name, options));
        Assert.IsEmpty(_hub.Requests);
    }

    [TestMethod]
    public void A_download_stops_when_it_is_cancelled_and_keeps_what_came()
    {
        using var cancelled = new CancellationTokenSource();
        var progress = new Progress([], step => cancelled.Cancel());
        Assert.Throws<OperationCanceledException>(() => ModelHub.Download(Name, Options, progress, cancelled.Token));
        Assert.IsTrue(Directory.EnumerateFiles(_cache, "*", SearchOption.AllDirectories).Any());
    }

    private static bool IsFile(HttpListenerContext context, string file, string method) =>
        context.Request.HttpMethod == method && context.Request.Url!.AbsolutePath.EndsWith("/" + file, StringComparison.Ordinal);

    private static bool Send(HttpListenerContext context, byte[] bytes)
    {
        LocalHub.Send(context, bytes);
        return true;
    }

    /// <summary>Sends some bytes of those asked for, then closes the connection.</summary>
    private static bool Cut(HttpListenerContext context, byte[] bytes, int count)
    {
        int start = context.Request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture) : 0;
        context.Response.StatusCode = start > 0 ? 206 : 200;
        context.Response.ContentLength64 = bytes.Length - start;
        context.Response.OutputStream.Write(bytes, start, Math.Min(count, bytes.Length - start));
        context.Response.OutputStream.Flush();
        context.Response.Abort();
        return true;
    }

    /// <summary>Sends some bytes, and then nothing.</summary>
    private static bool Stall(HttpListenerContext context, byte[] bytes, int count)
    {
        context.Response.ContentLength64 = bytes.Length;
        context.Response.OutputStream.Write(bytes, 0, count);
        context.Response.OutputStream.Flush();
        return true;
    }

    private sealed class Progress(List<HubProgress> seen, Action<HubProgress>? then = null) : IProgress<HubProgress>
    {
        public void Report(HubProgress value)
        {
            seen.Add(value);
            then?.Invoke(value);
        }
    }
}
