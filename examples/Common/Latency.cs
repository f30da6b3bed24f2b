using System.Diagnostics;

namespace Common;

/// <summary>The time that models take for an input.</summary>
public static class Latency
{
    private const int Rounds = 5;

    /// <summary>Times the same work of several models in turns, so that what else the machine does falls on all of them.</summary>
    /// <param name="models">What scores a number of inputs, for each model.</param>
    /// <param name="inputs">How many inputs that is.</param>
    /// <returns>The median milliseconds of an input, for each model.</returns>
    public static double[] Milliseconds(IReadOnlyList<Action> models, int inputs)
    {
        double[][] times = [.. models.Select(_ => new double[Rounds])];
        for (int round = -1; round < Rounds; round++)
            for (int i = 0; i < models.Count; i++)
            {
                long start = Stopwatch.GetTimestamp();
                models[i]();
                // The first round compiles the code.
                if (round >= 0)
                    times[i][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / inputs;
            }

        return [.. times.Select(rounds => rounds.Order().ElementAt(Rounds / 2))];
    }
}
