using System.Diagnostics;
using Microsoft.ML;

namespace QuickStart.Comparison;

/// <summary>The time that saved models take for a sentence.</summary>
internal static class Latency
{
    private const int Sentences = 60;
    private const int Rounds = 5;

    /// <summary>Scores the same sentences by each engine, in turns.</summary>
    /// <returns>The median milliseconds of each engine.</returns>
    public static double[] Of(IReadOnlyList<PredictionEngine<Sentence, Prediction>> engines, IReadOnlyList<Sentence> sentences)
    {
        Sentence[] sample = [.. sentences.Take(Sentences)];
        double[][] times = [.. engines.Select(_ => new double[Rounds])];
        for (int round = -1; round < Rounds; round++)
            for (int i = 0; i < engines.Count; i++)
            {
                double time = Measure(engines[i], sample);
                // The first round compiles the code.
                if (round >= 0)
                    times[i][round] = time;
            }

        return [.. times.Select(rounds => rounds.Order().ElementAt(Rounds / 2))];
    }

    private static double Measure(PredictionEngine<Sentence, Prediction> engine, Sentence[] sentences)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (var sentence in sentences)
            engine.Predict(sentence);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / sentences.Length;
    }
}
