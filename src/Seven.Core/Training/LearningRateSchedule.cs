namespace Seven.Training;

/// <summary>What the learning rate does after its warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>Falls in a straight line to zero at the last update.</summary>
    Linear,

    /// <summary>Stays.</summary>
    None,
}

/// <summary>The learning rate of each optimizer update: a linear warm-up, then a linear decay or none.</summary>
internal sealed record LearningRateSchedule(double Peak, int WarmUpSteps, int TotalSteps, LearningRateDecay Decay)
{
    /// <param name="step">The number of the update, from 0.</param>
    public double RateOf(int step)
    {
        if (step < WarmUpSteps)
            return Peak * (step + 1) / WarmUpSteps;
        if (Decay == LearningRateDecay.None)
            return Peak;
        return Peak * Math.Max(0, TotalSteps - step) / Math.Max(1, TotalSteps - WarmUpSteps);
    }
}
