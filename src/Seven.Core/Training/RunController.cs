namespace Seven.Training;

/// <summary>The epochs of a run, and the best of them.</summary>
internal class RunHistory
{
    public List<EpochSummary> History { get; } = [];

    /// <summary>The best epoch, from 1; 0 if there is none yet.</summary>
    public int BestEpoch { get; protected set; }

    /// <summary>Appends an epoch.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Add(EpochSummary epoch)
    {
        History.Add(epoch);
        if (BestEpoch != 0 && !IsBetter(epoch, History[BestEpoch - 1]))
            return false;
        BestEpoch = epoch.Epoch;
        return true;
    }

    /// <summary>Sparser before better: the model asked for is the one at full sparsity.</summary>
    private static bool IsBetter(EpochSummary candidate, EpochSummary best)
    {
        if (candidate.Sparsity != best.Sparsity)
            return candidate.Sparsity > best.Sparsity;
        return (candidate.Evaluation, best.Evaluation) switch
        {
            ({ } now, { } before) => now.Primary.Value > before.Primary.Value,
            _ => true,
        };
    }
}

/// <summary>The operations that differ between trainers: training an epoch, and keeping weights.</summary>
internal interface IControlledRun
{
    /// <summary>Whether all pruning is done; true without pruning.</summary>
    bool PruningIsOver { get; }

    /// <summary>Takes the pruning steps of SEVEN_pre that are not taken yet; nothing where pruning happens during fine-tuning.</summary>
    void PruneBeforeFineTuning();

    /// <summary>Trains and evaluates an epoch.</summary>
    /// <param name="epoch">Its number, from 1.</param>
    EpochSummary RunEpoch(int epoch);

    /// <summary>Copies the weights, which are the best so far.</summary>
    void KeepBest();

    /// <summary>Restores the best weights, if some were kept.</summary>
    void RestoreBest();

    /// <summary>Called after each epoch, once its weights were kept if they are the best: saves and reports.</summary>
    void AfterEpoch(EpochSummary epoch);

    /// <summary>Whether an exception is how cancellation reaches the controller.</summary>
    bool IsCancellation(Exception exception);

    /// <summary>Called after a cancellation, before the best weights are restored.</summary>
    void AfterCancellation();
}

/// <summary>Runs fine-tuning, whoever trains: SEVEN_pre, epochs, the best epoch, patience, cancellation.</summary>
/// <param name="run">The trainer.</param>
/// <param name="history">Its epochs, with those of a checkpoint if there was one.</param>
/// <param name="epochs">Epochs in all.</param>
/// <param name="patience">Epochs without a better one after which training ends, once pruning is over; <see langword="null"/> for never.</param>
internal sealed class RunController(IControlledRun run, RunHistory history, int epochs, int? patience)
{
    /// <summary>Runs to the end, to the end of patience, or to a cancellation; the best weights are restored in each case.</summary>
    /// <exception cref="TrainingDivergedException">The loss is not a finite number; the best weights are restored.</exception>
    public StopReason Run()
    {
        var stopped = StopReason.Finished;
        try
        {
            run.PruneBeforeFineTuning();
            while (history.History.Count < epochs && stopped == StopReason.Finished)
            {
                if (IsOutOfPatience())
                    stopped = StopReason.NoImprovement;
                else
                    RunEpoch();
            }
        }
        catch (Exception exception) when (run.IsCancellation(exception))
        {
            stopped = StopReason.Cancelled;
            run.AfterCancellation();
        }
        catch (TrainingDivergedException)
        {
            run.RestoreBest();
            throw;
        }

        run.RestoreBest();
        return stopped;
    }

    private void RunEpoch()
    {
        var epoch = run.RunEpoch(history.History.Count + 1);
        if (history.Add(epoch))
            run.KeepBest();
        run.AfterEpoch(epoch);
    }

    private bool IsOutOfPatience() => patience is { } limit && run.PruningIsOver && history.BestEpoch > 0 && history.History.Count - history.BestEpoch >= limit;
}
