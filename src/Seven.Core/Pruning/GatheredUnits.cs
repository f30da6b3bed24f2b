using Seven.Pruning.Patterns;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>Units of several weights: their scores are gathered before units are selected, and removed units are expanded to weights afterwards.</summary>
internal abstract class GatheredUnits : ScoredUnits
{
    /// <summary>The score of a unit that is not to be removed: above all others, and finite as the search for thresholds expects.</summary>
    protected const float Safe = float.MaxValue;

    protected GatheredUnits(int count) => (Scores, Mask) = (new float[count], new PruningMask(count));

    public override PruningMask Mask { get; }

    public override float[] Scores { get; }

    /// <summary>The units of a pattern; none where they are the weights themselves.</summary>
    public static GatheredUnits[] Of(MaskPattern pattern, IReadOnlyList<LayerState> layers) => pattern switch
    {
        { IsTrivial: true } => [],
        { Structure: not null } => [.. layers.GroupBy(layer => ((Parameter)layer.Weight).Structure!.Name).Select(group => new StructureUnits([.. group]))],
        _ => [.. layers.Select(layer => new PatternUnits(layer, pattern))],
    };

    public override void Remove(int unit)
    {
    }

    /// <summary>Sums scores over the weights of each unit, and sets those of units that are safe.</summary>
    public abstract void Gather();

    /// <summary>Removes the weights of units that are not kept.</summary>
    public abstract void Expand();

    /// <summary>Units all of whose weights were removed count as removed.</summary>
    public abstract void ReadMask();
}
