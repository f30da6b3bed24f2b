namespace Study.Sweeps;

/// <summary>The runs of a sweep, each once, what others need before them.</summary>
internal static class RunList
{
    /// <summary>Adds the dense models that runs start or learn from, and puts them first.</summary>
    public static IReadOnlyList<PlannedRun> Of(IEnumerable<PlannedRun> runs)
    {
        PlannedRun[] asked = [.. runs.Distinct()];
        return [.. asked.Select(run => run.Needs).OfType<PlannedRun>().Concat(asked).Distinct()];
    }

    /// <summary>Where two lists differ; <see langword="null"/> if they do not, whatever their order.</summary>
    /// <param name="found">The list that is there.</param>
    /// <param name="wanted">The list that was asked for.</param>
    public static string? Difference(IReadOnlyCollection<PlannedRun> found, IReadOnlyCollection<PlannedRun> wanted) =>
        wanted.FirstOrDefault(run => !found.Contains(run)) is { } added ? $"{found.Count} runs without '{added}'; expected the {wanted.Count} that are asked for now"
        : found.FirstOrDefault(run => !wanted.Contains(run)) is { } missing ? $"{found.Count} runs, '{missing}' among them; expected the {wanted.Count} that are asked for now"
        : null;
}
