using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using Seven.AspNetCore;
using Seven.Core.Tests.Fuzz;

namespace ScoringService.Tests;

/// <summary>Any bytes are a request or a problem.</summary>
[TestClass]
public sealed class RequestFuzzTests
{
    private static readonly byte[][] s_good =
    [
        """{"text":"a good film"}"""u8.ToArray(),
        """{"texts":["a good film","\ud83d\ude00 \u00e9 bad","x"]}"""u8.ToArray(),
        Encoding.UTF8.GetBytes("""{ "texts" : [ "ünï", "语言", "🎬" ] }"""),
    ];

    private static readonly byte[] s_special = [0, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)'[', (byte)']', (byte)',', (byte)':', 0x80, 0xC3, 0xED, 0xF4, 0xFF];

    [TestMethod]
    [TestCategory("Fuzz")]
    public async Task Damaged_bodies_are_read_or_refused()
    {
        var (seconds, seed) = FuzzSettings.Read(seconds: 1);
        int read = 0, refused = 0;
        var random = new Random(seed);
        var reader = new RequestReader(RunningService.SmallLimits);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < seconds;)
        {
            byte[] body = Damaged(s_good[random.Next(s_good.Length)], random);
            try
            {
                if (random.Next(2) == 0)
                    await reader.ReadText(PipeReader.Create(new ReadOnlySequence<byte>(body)), CancellationToken.None);
                else
                    await reader.ReadTexts(PipeReader.Create(new ReadOnlySequence<byte>(body)), CancellationToken.None);
                read++;
            }
            catch (ProblemException)
            {
                refused++;
            }
#pragma warning disable CA1031 // Whatever else it throws is what is looked for.
            catch (Exception exception)
            {
                Assert.Fail($"Seed {seed}, body {Convert.ToHexString(body)}: {exception}");
            }
#pragma warning restore CA1031
        }

        Console.WriteLine($"{read} read, {refused} refused");
        Assert.IsTrue(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    private static byte[] Damaged(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (int change = random.Next(4); change >= 0; change--)
        {
            int place = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[place] = s_special[random.Next(s_special.Length)];
                    break;
                case 2:
                    bytes.Insert(place, s_special[random.Next(s_special.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(place, Math.Min(random.Next(1, 6), bytes.Count - place - 1) is > 0 and var count ? count : 0);
                    break;
                default:
                    bytes.InsertRange(place, bytes.Skip(random.Next(bytes.Count)).Take(random.Next(8)).ToArray());
                    break;
            }
        }

        return [.. bytes];
    }
}
