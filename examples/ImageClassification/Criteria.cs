using Seven.Pruning.Criteria;

namespace ImageClassification;

/// <summary>The criteria that are compared, by name.</summary>
internal static class Criteria
{
    public static IReadOnlyDictionary<string, ICriterion> Known { get; } = new Dictionary<string, ICriterion> { ["seven"] = new SevenCriterion(), ["magnitude"] = new MagnitudeCriterion() };
}
