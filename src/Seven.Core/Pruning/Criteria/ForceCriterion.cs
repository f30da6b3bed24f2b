namespace Seven.Pruning.Criteria;

/// <summary>FORCE (de Jorge et al., "Progressive Skeletonization", ICLR 2021): |θ · g| with the gradient of the network as it is pruned, so that a removed weight returns where the loss would fall for it.</summary>
/// <remarks>The paper prunes before training, along an exponential curve: <see cref="PruningTiming.BeforeFineTuning"/> and <see cref="SparsityCurve.Exponential"/>.
/// Weights that are held still return as they were; in fine-tuning, as they were when they were removed. <see cref="SensitivityCriterion"/> is the same without their return, the paper's "iterative SNIP".</remarks>
public sealed record ForceCriterion : ICriterion
{
    private readonly SensitivityCriterion _sensitivity = new();

    /// <inheritdoc />
    public string Name => "FORCE";

    /// <inheritdoc />
    public int MemoryArrays => 0;

    /// <inheritdoc />
    public bool WeightsReturn => true;

    /// <inheritdoc />
    public void Update(int pruningStep, IScoredWeights weights) => _sensitivity.Update(pruningStep, weights);
}
