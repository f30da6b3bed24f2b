using System.Diagnostics;
using ModelWriter;
using Seven.Encoders;
using Seven.Encoders.Tasks;

namespace Seven.Tests.Files;

/// <summary>A process that is killed while it saves leaves a whole model behind: the old one or the new one.</summary>
[TestClass]
public sealed class KilledWriterTests
{
    [TestMethod]
    public void What_is_left_is_one_version_or_the_other()
    {
        string folder = TestFolders.Temporary();
        float[][] versions = [.. Enumerable.Range(1, WrittenModel.Versions).Select(version => WeightsOf(WrittenModel.Of(version)))];
        var random = new Random(1);
        for (int kill = 0; kill < 8; kill++)
        {
            using var writer = Start(folder);
            Assert.IsNotNull(writer.StandardOutput.ReadLine(), "the writer ended before it saved anything");
            Thread.Sleep(random.Next(60));
            writer.Kill();
            writer.WaitForExit();

            float[] found = WeightsOf(EncoderModel.Load(folder, EncoderTasks.TextClassification()));
            Assert.IsTrue(versions.Any(version => version.AsSpan().SequenceEqual(found)), $"kill {kill}");
        }
    }

    private static Process Start(string folder) => Process.Start(new ProcessStartInfo(
        "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "ModelWriter.dll"), folder])
    { RedirectStandardOutput = true })!;

    private static float[] WeightsOf(EncoderModel model) => [.. model.Parameters.SelectMany(parameter => parameter.Values.ToArray())];
}
