namespace Study.Cluster;

/// <summary>The list of a sweep's runs: gives each to one worker at a time, and takes one result of each. Runs and results are lines of JSON.</summary>
[Alias("Study.ISweepGrain")]
internal interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>Begins the sweep, or finds out whether it is the one that was begun before.</summary>
    /// <param name="runs">The runs; none to take part in whatever there is.</param>
    /// <param name="known">Results that are there already: their runs are done.</param>
    /// <returns>What is found and was expected, where the list is another one; else <see langword="null"/>.</returns>
    [Alias("Begin")]
    Task<string?> Begin(IReadOnlyList<string> runs, IReadOnlyList<string> known);

    /// <summary>Takes a run that nobody has, or whose worker was not heard of for too long.</summary>
    /// <param name="worker">The worker that asks.</param>
    [Alias("Take")]
    Task<SweepAnswer> Take(string worker);

    /// <summary>Says that a worker is still at its run.</summary>
    /// <returns>Whether the run is still its own.</returns>
    [Alias("Renew")]
    Task<bool> Renew(Guid lease);

    /// <summary>Hands a result in.</summary>
    /// <returns>Whether it was taken: not where the run was given to another worker meanwhile.</returns>
    [Alias("Complete")]
    Task<bool> Complete(Guid lease, string result);

    /// <summary>Gives a run back, or, where it has failed, takes it out of the list.</summary>
    /// <param name="lease">The worker's lease.</param>
    /// <param name="fault">Why it failed; <see langword="null"/> where it was only stopped.</param>
    [Alias("GiveBack")]
    Task GiveBack(Guid lease, string? fault);

    /// <summary>All results so far, and the faults of runs that have failed.</summary>
    [Alias("Results")]
    Task<SweepResults> Results();
}

/// <summary>What a worker is to do.</summary>
/// <param name="Run">A run; <see langword="null"/> where none is free.</param>
/// <param name="Lease">What says that the run is this worker's.</param>
/// <param name="IsOver">Whether all runs are done.</param>
/// <param name="From">The worker that had the run before and was lost; <see langword="null"/> for none.</param>
[GenerateSerializer]
[Alias("Study.SweepAnswer")]
internal sealed record SweepAnswer(string? Run, Guid Lease, bool IsOver, string? From);

/// <summary>What a sweep has come to.</summary>
/// <param name="Lines">Results.</param>
/// <param name="Faults">Runs that have failed, and why.</param>
/// <param name="Runs">Runs in all.</param>
[GenerateSerializer]
[Alias("Study.SweepResults")]
internal sealed record SweepResults(IReadOnlyList<string> Lines, IReadOnlyList<string> Faults, int Runs);
