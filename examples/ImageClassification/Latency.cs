using System.Diagnostics;
using Seven.Encoders;
using Seven.Inference;
using Seven.Reports;

namespace ImageClassification;

/// <summary>How long an image takes, before and after pruning.</summary>
internal static class Latency
{
    private const int Images = 40;

    /// <summary>Scores the same images with both models, turn by turn; medians.</summary>
    /// <param name="denseFolder">The folder from which training started.</param>
    /// <param name="pruned">The network that was pruned.</param>
    public static LatencyComparison Of(string denseFolder, SparseModel pruned)
    {
        using var dense = SparseModel.Load(denseFolder);
        var shape = (ImageConfiguration)pruned.Configuration;
        var random = new Random(1);
        var (before, after) = (new List<double>(), new List<double>());
        for (int i = 0; i < Images; i++)
        {
            var picture = new Picture { Pixels = Enumerable.Range(0, shape.Channels * shape.ImageSize * shape.ImageSize).Select(_ => random.NextSingle()).ToArray() };
            before.Add(MillisecondsOf(dense, picture));
            after.Add(MillisecondsOf(pruned, picture));
        }

        return new LatencyComparison("an image", Median(before), Median(after));
    }

    private static double MillisecondsOf(SparseModel model, Picture picture)
    {
        model.Classify(picture);
        long start = Stopwatch.GetTimestamp();
        model.Classify(picture);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
