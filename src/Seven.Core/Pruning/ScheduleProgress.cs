namespace Seven.Pruning;

/// <summary>Progress through the pruning schedule, and the action due at each step.</summary>
internal sealed class ScheduleProgress(PruningSchedule schedule, PruneEvery pruneEvery)
{
    public PruningSchedule Schedule { get; } = schedule;

    /// <summary>Updates so far.</summary>
    public int StepsTaken { get; set; }

    /// <summary>The phase of the update to come.</summary>
    public PruningPhase Phase => Schedule.PhaseOf(StepsTaken);

    private int End => Schedule.WarmUpSteps + Schedule.PruningSteps;

    /// <summary>Goes on to the next update; returns what the present one calls for.</summary>
    public PruningAction Advance()
    {
        bool scores = Phase == PruningPhase.Pruning;
        int step = StepsTaken - Schedule.WarmUpSteps;
        StepsTaken++;
        bool isLast = scores && StepsTaken == End;
        return new PruningAction(step, scores, Prunes: isLast || (scores && pruneEvery == PruneEvery.Step), isLast);
    }

    /// <summary>What the end of an epoch calls for.</summary>
    public PruningAction EndEpoch()
    {
        bool prunes = pruneEvery == PruneEvery.Epoch && StepsTaken > Schedule.WarmUpSteps && Phase == PruningPhase.Pruning;
        return new PruningAction(StepsTaken - Schedule.WarmUpSteps - 1, Scores: false, prunes, IsLast: false);
    }

    /// <summary>Jumps to the end of pruning, if it is not behind already: the last step's action by the scores there are.</summary>
    /// <exception cref="InvalidOperationException">No pruning step was taken yet, so there are no scores.</exception>
    public PruningAction Finish()
    {
        if (Phase == PruningPhase.Recovery)
            return default;
        if (StepsTaken <= Schedule.WarmUpSteps)
            throw new InvalidOperationException(
                $"{StepsTaken} updates were counted, all of the {Schedule.WarmUpSteps} warm-up steps; expected at least one pruning step before the end.");
        StepsTaken = End;
        return new PruningAction(Schedule.PruningSteps - 1, Scores: false, Prunes: true, IsLast: true);
    }
}

/// <summary>What an update calls for.</summary>
/// <param name="Step">t, the pruning step.</param>
/// <param name="Scores">Whether scores are updated.</param>
/// <param name="Prunes">Whether weights are removed.</param>
/// <param name="IsLast">Whether this is the last pruning step, after which scores are given back.</param>
internal readonly record struct PruningAction(int Step, bool Scores, bool Prunes, bool IsLast);
