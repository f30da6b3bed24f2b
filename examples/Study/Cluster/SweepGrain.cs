using Study.Results;
using Study.Sweeps;

namespace Study.Cluster;

/// <inheritdoc cref="ISweepGrain"/>
/// <param name="state">The list, written before any answer leaves.</param>
/// <param name="time">The clock of leases.</param>
/// <param name="settings">How long a worker is waited for.</param>
internal sealed class SweepGrain([PersistentState("sweep")] IPersistentState<SweepState> state, TimeProvider time, ClusterSettings settings) : Grain, ISweepGrain
{
    private List<SweepEntry> Entries => state.State.Entries;

    /// <inheritdoc />
    public async Task<string?> Begin(IReadOnlyList<string> runs, IReadOnlyList<string> known)
    {
        if (Entries.Count > 0)
            return runs.Count == 0 ? null : RunList.Difference(Read(Entries.Select(entry => entry.Run)), Read(runs));
        if (runs.Count == 0)
            return "no runs; expected a sweep that 'run' has begun";
        Entries.AddRange(runs.Select(run => new SweepEntry { Run = run, Result = known.FirstOrDefault(line => PlannedRun.FromJson(run).IsOf(ResultFile.FromJson(line))) }));
        await state.WriteStateAsync();
        return null;
    }

    /// <inheritdoc />
    public async Task<SweepAnswer> Take(string worker)
    {
        var now = time.GetUtcNow();
        if (Entries.Find(entry => !entry.IsOver && (entry.Lease is null || entry.Until < now) && IsReady(entry)) is not { } free)
            return new SweepAnswer(Run: null, default, Entries.TrueForAll(entry => entry.IsOver), From: null);
        string? before = free.Worker;
        (free.Lease, free.Worker, free.Until) = (Guid.NewGuid(), worker, now + settings.Lease);
        await state.WriteStateAsync();
        return new SweepAnswer(free.Run, free.Lease.Value, IsOver: false, before);
    }

    /// <inheritdoc />
    public async Task<bool> Renew(Guid lease)
    {
        if (Of(lease) is not { } entry)
            return false;
        entry.Until = time.GetUtcNow() + settings.Lease;
        await state.WriteStateAsync();
        return true;
    }

    /// <inheritdoc />
    public async Task<bool> Complete(Guid lease, string result)
    {
        // The answer to a first call may have been lost.
        if (Entries.Exists(entry => entry.Lease == lease && entry.Result == result))
            return true;
        if (Of(lease) is not { } entry)
            return false;
        entry.Result = result;
        await state.WriteStateAsync();
        return true;
    }

    /// <inheritdoc />
    public async Task GiveBack(Guid lease, string? fault)
    {
        if (Of(lease) is not { } entry)
            return;
        (entry.Lease, entry.Worker, entry.Fault) = (null, null, fault);
        await state.WriteStateAsync();
    }

    /// <inheritdoc />
    public Task<SweepResults> Results() => Task.FromResult(new SweepResults(
        [.. Entries.Where(entry => entry.Result is not null).Select(entry => entry.Result!)],
        [.. Entries.Where(entry => entry.Fault is not null).Select(entry => $"{PlannedRun.FromJson(entry.Run)}: {entry.Fault}")],
        Entries.Count));

    private SweepEntry? Of(Guid lease) => Entries.Find(entry => entry.Lease == lease && !entry.IsOver);

    /// <summary>Whether what a run starts or learns from is done; where that has failed, the run fails by itself.</summary>
    private bool IsReady(SweepEntry entry) => PlannedRun.FromJson(entry.Run).Needs is not { } needed || Entries.Find(other => PlannedRun.FromJson(other.Run) == needed) is not { IsOver: false };

    private static PlannedRun[] Read(IEnumerable<string> runs) => [.. runs.Select(PlannedRun.FromJson)];
}
