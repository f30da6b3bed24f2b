using System.Diagnostics;
using Seven.Encoders;
using Seven.Inference;

namespace QuickStart.Models;

/// <summary>How long a saved model takes for a sentence, in milliseconds.</summary>
/// <param name="Alone">One sentence a call.</param>
/// <param name="InBatches">32 sentences a call.</param>
internal sealed record Latency(double Alone, double InBatches)
{
    private const int Batch = 32;
    private const int Sentences = 5 * Batch;
    private const int Rounds = 7;

    /// <summary>Loads the models as a service would, and scores the same sentences with each, turn by turn; medians.</summary>
    public static IReadOnlyList<Latency> Of(IReadOnlyList<string> folders, IReadOnlyList<TokenizedText> sentences)
    {
        TokenizedText[] sample = [.. sentences.Take(Sentences)];
        SparseModel[] models = [.. folders.Select(folder => SparseModel.Load(folder))];
        try
        {
            double[][] alone = [.. models.Select(_ => new double[Rounds])], inBatches = [.. models.Select(_ => new double[Rounds])];
            for (int round = -1; round < Rounds; round++)
                for (int i = 0; i < models.Length; i++)
                {
                    var (one, many) = (Measure(models[i], sample, 1), Measure(models[i], sample, Batch));
                    if (round >= 0)
                        (alone[i][round], inBatches[i][round]) = (one, many);
                }

            return [.. alone.Zip(inBatches, (one, many) => new Latency(Median(one), Median(many)))];
        }
        finally
        {
            foreach (var model in models)
                model.Dispose();
        }
    }

    private static double Measure(SparseModel model, TokenizedText[] sentences, int batch)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (var together in sentences.Chunk(batch))
            model.Classify(together);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / sentences.Length;
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);
}
