using System.Collections.ObjectModel;

namespace Seven.Pruning.Criteria;

/// <summary>How much each weight matters, from its value and its gradient at each step. Larger scores stay.</summary>
/// <remarks>A criterion holds only its settings; what it remembers of each weight lies in the chunk it is given.</remarks>
public interface ICriterion
{
    /// <summary>A name for reports.</summary>
    string Name { get; }

    /// <summary>Arrays of memory that each weight needs beside its score, 0 to 3.</summary>
    int MemoryArrays { get; }

    /// <summary>Whether everything is pruned in one step rather than along a schedule. Default false.</summary>
    bool IsOneShot => false;

    /// <summary>The criterion's settings by name: a saved run goes on only with the same ones. Default none.</summary>
    IReadOnlyDictionary<string, double> Settings => ReadOnlyDictionary<string, double>.Empty;

    /// <summary>Brings the scores up to date with the weights and gradients of one step.</summary>
    /// <param name="pruningStep">t, from 0.</param>
    /// <param name="chunk">Part of one array of weights. Pruned weights and their gradients are zeros in it.</param>
    void Update(int pruningStep, in WeightChunk chunk);
}

/// <summary>Part of one array of weights with all that a criterion knows of it; the spans have equal lengths.</summary>
public readonly ref struct WeightChunk
{
    /// <summary>θ, after the optimizer's step.</summary>
    public required ReadOnlySpan<float> Weights { get; init; }

    /// <summary>g, the gradient of the step just taken.</summary>
    public required ReadOnlySpan<float> Gradients { get; init; }

    /// <summary>The scores, zeros before the first step.</summary>
    public required Span<float> Scores { get; init; }

    /// <summary>The criterion's memory, zeros before the first step; empty if it asked for none.</summary>
    public Span<float> FirstMemory { get; init; }

    /// <summary>The criterion's second array of memory; empty if it asked for fewer.</summary>
    public Span<float> SecondMemory { get; init; }

    /// <summary>The criterion's third array of memory; empty if it asked for fewer.</summary>
    public Span<float> ThirdMemory { get; init; }
}
