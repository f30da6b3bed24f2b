using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Seven.AspNetCore;

namespace ScoringService.Tests;

/// <summary>Every kind of bad request has its problem, and none is a failure of the service or stops others.</summary>
[TestClass]
public sealed class BadRequestTests
{
    /// <summary>Bodies of POST /classify, and the kind of problem that each is.</summary>
    private static readonly (string Name, byte[] Body, string Kind)[] s_bodies =
    [
        .. new (string Name, string Body, string Kind)[]
        {
            ("nothing", "", "invalid-json"),
            ("a space", " ", "invalid-json"),
            ("half an object", "{", "invalid-json"),
            ("half a text", """{"text":"a""", "invalid-json"),
            ("null", "null", "invalid-json"),
            ("a number", "3", "invalid-json"),
            ("a text", "\"film\"", "invalid-json"),
            ("a list", """["film"]""", "invalid-json"),
            ("no member", "{}", "invalid-json"),
            ("an unknown member", """{"text":"film","model":"x"}""", "invalid-json"),
            ("a member of another case", """{"Text":"film"}""", "invalid-json"),
            ("a member twice", """{"text":"film","text":"song"}""", "invalid-json"),
            ("a null text", """{"text":null}""", "invalid-json"),
            ("a number as text", """{"text":3}""", "invalid-json"),
            ("a list as text", """{"text":["film"]}""", "invalid-json"),
            ("an object as text", """{"text":{"text":"film"}}""", "invalid-json"),
            ("true as text", """{"text":true}""", "invalid-json"),
            ("more after the object", """{"text":"film"} {"text":"film"}""", "invalid-json"),
            ("a comma at the end", """{"text":"film",}""", "invalid-json"),
            ("a comment", """{"text":"film" /* here */}""", "invalid-json"),
            ("single quotes", "{'text':'film'}", "invalid-json"),
            ("an unknown escape", """{"text":"\x41"}""", "invalid-json"),
            ("a half of a surrogate pair", """{"text":"\ud83d film"}""", "invalid-json"),
            ("a raw line break in the text", "{\"text\":\"a\nb\"}", "invalid-json"),
            ("too deep", new string('[', 500), "invalid-json"),
            ("a form", "text=film", "invalid-json"),
            ("XML", "<text>film</text>", "invalid-json"),
            ("a blank text", """{"text":" \t\n"}""", "blank-text"),
            ("an empty text", """{"text":""}""", "blank-text"),
            ("a text too long", "{\"text\":\"" + new string('a', 101) + "\"}", "text-too-long"),
            ("a body too large", "{\"text\":\"" + new string('a', 5000) + "\"}", "body-too-large"),
        }.Select(entry => (entry.Name, Encoding.UTF8.GetBytes(entry.Body), entry.Kind)),
        ("broken UTF-8", [.. "{\"text\":\""u8, 0xC3, 0x28, .. "\"}"u8], "invalid-json"),
        ("UTF-16", Encoding.Unicode.GetBytes("""{"text":"film"}"""), "invalid-json"),
        ("zeros", new byte[64], "invalid-json"),
        ("ten megabytes", new byte[10_000_000], "body-too-large"),
    ];

    /// <summary>The same of POST /classify/batch.</summary>
    private static readonly (string Name, string Body, string Kind)[] s_batches =
    [
        ("a single text", """{"text":"film"}""", "invalid-json"),
        ("texts that are null", """{"texts":null}""", "invalid-json"),
        ("texts that are a text", """{"texts":"film"}""", "invalid-json"),
        ("a null among texts", """{"texts":["film",null]}""", "invalid-json"),
        ("a number among texts", """{"texts":["film",3]}""", "invalid-json"),
        ("no texts", """{"texts":[]}""", "no-texts"),
        ("too many texts", """{"texts":["a","a","a","a","a"]}""", "too-many-texts"),
        ("a blank one among texts", """{"texts":["film",""]}""", "blank-text"),
        ("a long one among texts", "{\"texts\":[\"film\",\"" + new string('a', 101) + "\"]}", "text-too-long"),
    ];

    private static readonly Dictionary<string, HttpStatusCode> s_statuses = new()
    {
        ["invalid-json"] = HttpStatusCode.BadRequest,
        ["blank-text"] = HttpStatusCode.BadRequest,
        ["no-texts"] = HttpStatusCode.BadRequest,
        ["too-many-texts"] = HttpStatusCode.RequestEntityTooLarge,
        ["text-too-long"] = HttpStatusCode.RequestEntityTooLarge,
        ["body-too-large"] = HttpStatusCode.RequestEntityTooLarge,
        ["unsupported-media-type"] = HttpStatusCode.UnsupportedMediaType,
        ["not-found"] = HttpStatusCode.NotFound,
        ["method-not-allowed"] = HttpStatusCode.MethodNotAllowed,
        ["busy"] = HttpStatusCode.TooManyRequests,
    };

    [TestMethod]
    public async Task Bodies_that_are_not_what_was_asked_for_have_their_problems()
    {
        await using var service = await RunningService.Start();
        foreach (var (name, body, kind) in s_bodies)
            await AssertProblem(kind, name, await Post(service, "/classify", body));
        foreach (var (name, body, kind) in s_batches)
            await AssertProblem(kind, name, await Post(service, "/classify/batch", Encoding.UTF8.GetBytes(body)));
        Assert.IsGreaterThanOrEqualTo(30, s_bodies.Length + s_batches.Length);
        await AssertAnswers(service);
    }

    [TestMethod]
    public async Task Requests_that_are_not_for_the_endpoints_have_their_problems()
    {
        await using var service = await RunningService.Start();
        byte[] good = """{"text":"film"}"""u8.ToArray();
        await AssertProblem("unsupported-media-type", "text", await Post(service, "/classify", good, "text/plain"));
        await AssertProblem("unsupported-media-type", "no type", await Post(service, "/classify", good, type: null));
        await AssertProblem("unsupported-media-type", "compressed", await Post(service, "/classify", good, encoding: "gzip"));
        await AssertProblem("not-found", "path", await Post(service, "/classify/one", good));
        await AssertProblem("not-found", "path", await service.Client.GetAsync("/favicon.ico"));
        await AssertProblem("method-not-allowed", "GET", await service.Client.GetAsync("/classify"));
        await AssertProblem("method-not-allowed", "DELETE", await service.Client.DeleteAsync("/classify"));
        await AssertProblem("method-not-allowed", "POST", await Post(service, "/", good));
        await AssertAnswers(service);
    }

    [TestMethod]
    public async Task More_texts_than_may_wait_are_busy()
    {
        await using var service = await RunningService.Start(limits: RunningService.SmallLimits with { MaximumQueuedTexts = 2 });
        var answer = await Post(service, "/classify/batch", """{"texts":["a","a","a"]}"""u8.ToArray());
        Assert.AreEqual("1", answer.Headers.RetryAfter!.ToString());
        await AssertProblem("busy", "three of two", answer);
        await AssertAnswers(service);
    }

    [TestMethod]
    public void Problems_have_different_types()
    {
        Problem[] all = [Problem.InvalidJson, Problem.BlankText, Problem.NoTexts, Problem.InvalidBody, Problem.BodyTooLarge, Problem.TooManyTexts, Problem.TextTooLong, Problem.UnsupportedMediaType, Problem.NotFound, Problem.MethodNotAllowed, Problem.TooSlow, Problem.Busy, Problem.Internal];
        Assert.HasCount(all.Length, all.Select(problem => problem.Type).Distinct());
        foreach (var problem in all)
            Assert.AreEqual(problem.Status / 100, Problem.Of(problem.Status).Status / 100);
    }

    private static async Task<HttpResponseMessage> Post(RunningService service, string path, byte[] body, string? type = "application/json", string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return await service.Client.PostAsync(path, content);
    }

    private static async Task AssertProblem(string kind, string name, HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.AreEqual(s_statuses[kind], answer.StatusCode, $"{name}: {text}");
        Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType, name);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.AreEqual($"urn:scoring-service:problem:{kind}", problem.GetProperty("type").GetString(), name);
        Assert.AreEqual((int)answer.StatusCode, problem.GetProperty("status").GetInt32(), name);
        Assert.IsFalse(string.IsNullOrEmpty(problem.GetProperty("title").GetString()), name);
        // What is the service's own is nobody's business.
        Assert.DoesNotContain("ScoringService.", text, name);
    }

    private static async Task AssertAnswers(RunningService service) =>
        Assert.IsTrue((await service.Client.PostAsJsonAsync("/classify", new { text = "bad song" })).IsSuccessStatusCode);
}
