using Seven.Pruning.Criteria;

namespace Study.Settings;

/// <summary>The criteria that are compared, by name.</summary>
internal static class KnownCriteria
{
    /// <summary>In the order of the table.</summary>
    public static IReadOnlyDictionary<string, ICriterion> All { get; } = new Dictionary<string, ICriterion>
    {
        ["seven"] = new SevenCriterion(),
        ["seven-decay-0.95"] = new SevenCriterion { ScoreDecay = 0.95 },
        ["seven-decay-0.99"] = new SevenCriterion { ScoreDecay = 0.99 },
        ["seven-smooth-0.99"] = new SevenCriterion { MagnitudeSmoothing = 0.99, SquareSmoothing = 0.99, ScoreDecay = 0.95 },
        ["fisher"] = new FisherCriterion(),
        ["platon"] = new PlatonCriterion(),
        ["sensitivity"] = new SensitivityCriterion(),
        ["force"] = new ForceCriterion(),
        ["snip"] = new SnipCriterion(),
        ["grasp"] = new GraspCriterion(),
        ["soft-movement"] = new SoftMovementCriterion(),
        ["movement"] = new MovementCriterion(),
        ["magnitude"] = new MagnitudeCriterion(),
    };
}
