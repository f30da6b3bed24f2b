using System.Globalization;
using System.Text;
using Study.Settings;
using Study.Tasks;

namespace Study.Results;

/// <summary>The results as Markdown: settings by tasks, and each setting's paired differences from one of them.</summary>
internal static class ResultTable
{
    /// <param name="runs">The results.</param>
    /// <param name="baseName">The setting that others are compared with; <see langword="null"/> for the first.</param>
    /// <exception cref="ArgumentException">There are no results, or none of that setting.</exception>
    public static string Of(IReadOnlyList<StudyRun> runs, string? baseName)
    {
        var names = NamesOf(runs);
        baseName ??= names.First(name => name != StudySetting.DenseName);
        if (!names.Contains(baseName))
            throw new ArgumentException($"There are no results of '{baseName}'; there are {string.Join("; ", names)}.");
        string[] tasks = [.. StudyTask.All.Select(task => task.Name).Where(task => runs.Any(run => run.Task == task))];
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| | {string.Join(" | ", tasks.Select(task => $"{task}, {runs.First(run => run.Task == task).Metric}"))} | beside {baseName} |");
        text.AppendLine("|---" + string.Concat(tasks.Select(_ => "|---")) + "|---|");
        foreach (string name in names)
        {
            var cells = tasks.Select(task => Cell([.. runs.Where(run => run.Task == task && NameOf(run) == name).Select(run => run.Test)]));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} | {(name == baseName ? "" : Difference(runs, name, baseName))} |");
        }

        return text.ToString();
    }

    /// <summary>The settings, the dense one first, then in the order of their first results.</summary>
    public static IReadOnlyList<string> NamesOf(IEnumerable<StudyRun> runs) => [.. runs.Select(NameOf).Distinct().OrderByDescending(name => name == StudySetting.DenseName)];

    /// <summary>A setting's name, which is the same for all tasks that are trained as usual.</summary>
    public static string NameOf(StudyRun run)
    {
        var task = StudyTask.All.First(known => known.Name == run.Task);
        return run.Setting.NameFor(task.Epochs, task.LearningRate);
    }

    /// <summary>The mean, and the range where there are several seeds.</summary>
    private static string Cell(double[] values) => values switch
    {
        [] => "",
        [var only] => only.ToString("F4", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{values.Average():F4} ({values.Min():F4} to {values.Max():F4})"),
    };

    /// <summary>The mean difference over tasks and seeds that both have, with its standard error.</summary>
    private static string Difference(IReadOnlyList<StudyRun> runs, string name, string baseName)
    {
        double[] differences =
        [
            .. from run in runs
               where NameOf(run) == name
               let other = runs.FirstOrDefault(candidate => candidate.Task == run.Task && candidate.Seed == run.Seed && NameOf(candidate) == baseName)
               where other is not null
               select run.Test - other.Test,
        ];
        if (differences.Length == 0)
            return "";
        double mean = differences.Average();
        string error = differences.Length == 1 ? "" : string.Create(
            CultureInfo.InvariantCulture, $" ± {Math.Sqrt(differences.Sum(difference => (difference - mean) * (difference - mean)) / (differences.Length - 1) / differences.Length):F4}");
        return string.Create(CultureInfo.InvariantCulture, $"{mean:+0.0000;-0.0000}{error} ({differences.Length} {(differences.Length == 1 ? "pair" : "pairs")})");
    }
}
