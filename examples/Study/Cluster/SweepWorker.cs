using System.Text.Json;
using Seven.Terminal;
using Seven.Training;
using Study.Results;
using Study.Sweeps;

namespace Study.Cluster;

/// <summary>Takes runs from the list, one after the other, until all are done.</summary>
internal sealed class SweepWorker(IGrainFactory grains, ClusterSettings settings, Experiment experiment, ResultFile results, IReadOnlyList<PlannedRun> runs, RunDisplay display)
{
    /// <summary>While a machine is lost, calls fail until the others have agreed on it.</summary>
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromMinutes(3);

    /// <summary>A worker may join before the sweep begins.</summary>
    private static readonly TimeSpan s_longestBeginning = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly ISweepGrain _sweep = grains.GetGrain<ISweepGrain>(settings.Sweep);

    /// <summary>Works until the sweep is over.</summary>
    /// <returns>How many runs have failed.</returns>
    /// <exception cref="InvalidDataException">The database has a sweep of that name with other runs.</exception>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        string? difference;
        string[] asked = [.. runs.Select(run => run.ToJson())], known = [.. results.Read().Where(result => runs.Any(run => run.IsOf(result))).Select(ResultFile.ToJson)];
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        do
            difference = await Ask(() => _sweep.Begin(asked, known), cancellationToken);
        while (difference is not null && runs.Count == 0 && System.Diagnostics.Stopwatch.GetElapsedTime(began) < s_longestBeginning && await Paused(cancellationToken));
        if (difference is not null)
            throw new InvalidDataException($"The sweep '{settings.Sweep}' in the database has {difference}, another --sweep, or another database.");
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var answer = await Ask(() => _sweep.Take(settings.Worker), cancellationToken);
            if (answer.IsOver)
                break;
            if (answer.Run is null)
                await Task.Delay(s_pause, cancellationToken);
            else
                await Do(PlannedRun.FromJson(answer.Run), answer, cancellationToken);
        }

        var all = await Ask(_sweep.Results, cancellationToken);
        results.Add(all.Lines.Select(ResultFile.FromJson));
        foreach (string fault in all.Faults)
            display.Warn(fault);
        display.Say($"{all.Lines.Count} of {all.Runs} runs have results.");
        return all.Faults.Count;
    }

    /// <summary>Does a run, and says meanwhile that it is under way.</summary>
    private async Task Do(PlannedRun run, SweepAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.From is not null)
            display.Warn($"{run}: continues from the checkpoint of {answer.From}, whose lease has expired.");
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = Task.Run(() => experiment.Run(run, display.Start(run.ToString()), stopping.Token), CancellationToken.None);
        bool isOwn = await KeepLease(answer.Lease, work, stopping);
        try
        {
            var result = await work;
            if (isOwn && await Ask(() => _sweep.Complete(answer.Lease, ResultFile.ToJson(result)), cancellationToken))
                Console.WriteLine(LocalSweep.Line(run, result));
            else
                display.Warn($"{run}: was reassigned, since this worker's lease of {settings.Lease.TotalSeconds:F0} s has expired; the result is ignored.");
        }
        catch (OperationCanceledException) when (!isOwn && !cancellationToken.IsCancellationRequested)
        {
            display.Warn($"{run}: was reassigned, since this worker's lease of {settings.Lease.TotalSeconds:F0} s has expired; the run is stopped here.");
        }
        catch (OperationCanceledException)
        {
            await _sweep.GiveBack(answer.Lease, fault: null);
            throw;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidDataException or InvalidOperationException or TrainingDivergedException or JsonException)
        {
            await Ask(() => GiveBack(answer.Lease, exception.Message), cancellationToken);
        }
    }

    private static async Task<bool> Paused(CancellationToken cancellationToken)
    {
        await Task.Delay(s_pause, cancellationToken);
        return true;
    }

    private async Task<bool> GiveBack(Guid lease, string fault)
    {
        await _sweep.GiveBack(lease, fault);
        return true;
    }

    /// <summary>Renews the lease until the work has ended; where it is lost, the work is stopped.</summary>
    /// <returns>Whether the run is still this worker's.</returns>
    private async Task<bool> KeepLease(Guid lease, Task work, CancellationTokenSource stopping)
    {
        while (await Task.WhenAny(work, Task.Delay(settings.Renewal)) != work)
        {
            if (stopping.IsCancellationRequested || await Ask(() => _sweep.Renew(lease), stopping.Token))
                continue;
            await stopping.CancelAsync();
            await Task.WhenAny(work);
            return false;
        }

        return true;
    }

    /// <summary>Asks the list, again and again while the machine that holds it is lost and another one takes its place.</summary>
    private static async Task<T> Ask<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (exception is TimeoutException or Orleans.Runtime.OrleansException && System.Diagnostics.Stopwatch.GetElapsedTime(began) < s_longestSilence)
            {
                await Task.Delay(s_pause, cancellationToken);
            }
        }
    }
}
