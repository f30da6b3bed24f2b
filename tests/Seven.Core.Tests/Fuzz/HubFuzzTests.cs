using System.Diagnostics;
using System.Globalization;
using System.Text;
using Seven.Hub;
using Seven.Tests;

namespace Seven.Core.Tests.Fuzz;

/// <summary>Any change of any answer of a hub gives the files that were announced, or an error: no crash, no wait without end, nothing outside the cache.</summary>
[TestClass]
public sealed class HubFuzzTests
{
    private static readonly string[] s_locations = ["http://", "//", "http://[", "https://huggingface.co.example.org/x", "file:///etc/passwd", "/../..", "\\\\server\\share", "?", ""];

    [TestMethod]
    [TestCategory("Fuzz")]
    public async Task Damaged_answers_are_read_or_refused()
    {
        var (seconds, seed) = FuzzSettings.Read();
        var random = new Random(seed);
        using var hub = new RawHub();
        string folder = TestFolders.Temporary();
        var (read, refused, watch) = (0, 0, Stopwatch.StartNew());
        for (int run = 0; run < 20 || watch.Elapsed.TotalSeconds < seconds; run++)
        {
            string request = hub.Requests[random.Next(hub.Requests.Count)];
            hub.Damaged = (request, Damage(hub.AnswerTo(request), random));
            string what = $"seed {seed}, run {run}, {request}, {Convert.ToHexString(hub.Damaged.Answer)}";
            string cache = Path.Combine(folder, run.ToString(CultureInfo.InvariantCulture));
            if (await IsRead(hub.Address, cache, what))
                read++;
            else
                refused++;
            if (Directory.Exists(cache))
                Directory.Delete(cache, recursive: true);
            Assert.IsEmpty(Directory.GetFileSystemEntries(folder), what);
        }

        Console.WriteLine($"{read} read, {refused} refused");
        Assert.IsGreaterThan(0, refused);
        Assert.IsGreaterThan(0, read);
    }

    private static async Task<bool> IsRead(Uri address, string cache, string what)
    {
        var options = new HubOptions
        {
            Endpoint = address,
            CacheFolder = cache,
            Token = null,
            IsOffline = false,
            Retries = 1,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaximumDelay = TimeSpan.FromMilliseconds(100),
            ReadTimeout = TimeSpan.FromSeconds(2),
        };
        var watch = Stopwatch.StartNew();
        try
        {
            string model = await ModelHub.DownloadAsync(RawHub.Name, options);
            foreach (string path in Directory.GetFiles(model, "*", SearchOption.AllDirectories))
                Assert.AreEqual(RawHub.Files[Path.GetRelativePath(model, path)], await File.ReadAllTextAsync(path), what);
            Assert.IsTrue(File.Exists(Path.Combine(model, "model.safetensors")), what);
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or HttpRequestException)
        {
            Assert.IsFalse(string.IsNullOrWhiteSpace(exception.Message), what);
            return false;
        }
        catch (Exception exception) when (exception is not UnitTestAssertException)
        {
            Assert.Fail($"{what}: {exception}");
            throw;
        }
        finally
        {
            Assert.IsLessThan(20, watch.Elapsed.TotalSeconds, what);
        }
    }

    /// <summary>Damages bytes anywhere, or puts another address to redirect to.</summary>
    private static byte[] Damage(byte[] answer, Random random)
    {
        string text = Encoding.UTF8.GetString(answer);
        int place = text.IndexOf("Location: ", StringComparison.Ordinal);
        return place < 0 || random.Next(2) == 0
            ? DamagedBytes.Of(answer, random)
            : Encoding.UTF8.GetBytes(text[..place] + "Location: " + s_locations[random.Next(s_locations.Length)] + text[text.IndexOf("\r\n", place, StringComparison.Ordinal)..]);
    }
}
