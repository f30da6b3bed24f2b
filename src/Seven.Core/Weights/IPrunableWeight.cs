namespace Seven.Weights;

/// <summary>A named array of weights with its gradient: all that pruning sees of a network.</summary>
/// <remarks>The spans may lie in any memory of the process, such as that of a tensor of another library on the CPU.</remarks>
public interface IPrunableWeight
{
    /// <summary>The name, by which patterns include and exclude it.</summary>
    string Name { get; }

    /// <summary>Sizes, slowest dimension first.</summary>
    IReadOnlyList<int> Shape { get; }

    /// <summary>Whether it is pruned where no pattern says otherwise: weights of linear layers and convolutions are.</summary>
    bool IsPrunable { get; }

    /// <summary>The weights, row-major.</summary>
    Span<float> Values { get; }

    /// <summary>The gradient of the loss, in the order of <see cref="Values"/>.</summary>
    Span<float> Gradient { get; }
}
