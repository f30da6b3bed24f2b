namespace Seven.Pruning.Criteria;

/// <summary>-Σ θ · g over the steps (Sanh et al., "Movement Pruning", 2020): weights that move away from zero stay.</summary>
public sealed record MovementCriterion : ICriterion
{
    /// <inheritdoc />
    public string Name => "movement";

    /// <inheritdoc />
    public int MemoryArrays => 0;

    /// <inheritdoc />
    public void Update(int pruningStep, in WeightChunk chunk)
    {
        for (int i = 0; i < chunk.Scores.Length; i++)
            chunk.Scores[i] -= chunk.Weights[i] * chunk.Gradients[i];
    }
}
