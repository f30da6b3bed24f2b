using System.Globalization;
using Seven.Terminal;
using Study.Results;

namespace Study.Sweeps;

/// <summary>A sweep on this machine, one run after the other.</summary>
internal static class LocalSweep
{
    /// <summary>Does the runs that have no result yet.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<PlannedRun> runs, Experiment experiment, ResultFile results, CancellationToken cancellationToken) => RunDisplay.Show(display =>
    {
        foreach (var run in runs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var found = results.Read().FirstOrDefault(run.IsOf);
            if (found is null)
                results.Append(found = experiment.Run(run, display.Start(run.ToString()), cancellationToken));
            Console.WriteLine(Line(run, found));
        }

        return ExitCode.Success;
    });

    /// <summary>A result as a line for people.</summary>
    public static string Line(PlannedRun run, StudyRun found) =>
        string.Create(CultureInfo.InvariantCulture, $"{run}: {found.Metric} {found.Test:F4} (validation {found.Validation:F4}), {found.Seconds:F0} s");
}
