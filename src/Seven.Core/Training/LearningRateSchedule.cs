namespace Seven.Training;

/// <summary>Specifies the decay of the learning rate after its warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>Falls in a straight line to zero at the last update.</summary>
    Linear,

    /// <summary>Stays.</summary>
    None,

    /// <summary>Falls to zero at the last update along half a cosine: slowly at first and at the end (Loshchilov and Hutter, "SGDR", 2017).</summary>
    Cosine,
}

/// <summary>The learning rate of each optimizer update: a linear warm-up, then a decay or none, once or several times over.</summary>
internal sealed record LearningRateSchedule(double Peak, int WarmUpSteps, int TotalSteps, LearningRateDecay Decay, int Cycles = 1)
{
    /// <param name="step">The number of the update, from 0.</param>
    public double RateOf(int step)
    {
        if (step < WarmUpSteps)
            return Peak * (step + 1) / WarmUpSteps;
        if (Decay == LearningRateDecay.None)
            return Peak;
        double left = LeftOfCycle(step);
        return Peak * (Decay == LearningRateDecay.Cosine ? (1 - Math.Cos(Math.PI * left)) / 2 : left);
    }

    /// <summary>The share of a cycle that is left, from 1 at its first update.</summary>
    private double LeftOfCycle(int step)
    {
        double length = Math.Max(1, TotalSteps - WarmUpSteps) / (double)Cycles, done = (step - WarmUpSteps) / length;
        return step >= TotalSteps ? 0 : 1 - (done - Math.Floor(done));
    }
}
