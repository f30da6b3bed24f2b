using Seven.Numerics;
using Seven.Pruning;

namespace Seven.Encoders;

/// <summary>What a parameter does in the network; decides what is pruned and what decays.</summary>
public enum ParameterKind
{
    /// <summary>The weights of a linear layer, [outputs × inputs].</summary>
    Linear,

    /// <summary>The weights of a convolution, [outputs × inputs × height × width].</summary>
    Convolution,

    /// <summary>The weights of the task's last layer, [outputs × inputs]. Never pruned by default.</summary>
    Head,

    /// <summary>A table of vectors, [entries × features].</summary>
    Embedding,

    /// <summary>Scale or shift of a normalisation.</summary>
    Normalization,

    /// <summary>An additive constant per output.</summary>
    Bias,
}

/// <summary>A named array of trainable values with its gradient, both row-major.</summary>
public sealed class Parameter : IPrunableWeight
{
    private readonly Memory<float> _values;
    private readonly Memory<float> _gradient;

    internal Parameter(string name, ParameterKind kind, IReadOnlyList<int> shape, Matrix values, Matrix gradient)
    {
        (Name, Kind, Shape) = (name, kind, shape);
        (_values, _gradient) = (values.Memory, gradient.Memory);
        Require.SameLength(_values.Length, shape.Aggregate(1, (product, size) => product * size), name);
    }

    /// <summary>The name under which Hugging Face files hold it, such as <c>bert.encoder.layer.0.output.dense.weight</c>.</summary>
    public string Name { get; }

    /// <summary>What the parameter does.</summary>
    public ParameterKind Kind { get; }

    /// <summary>Sizes, slowest dimension first.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Number of values.</summary>
    public int Count => _values.Length;

    /// <summary>The values, row-major.</summary>
    public Span<float> Values => _values.Span;

    /// <summary>The gradient of the loss, in the order of <see cref="Values"/>.</summary>
    public Span<float> Gradient => _gradient.Span;

    /// <summary>Whether pruning may remove values of it: the weights of linear layers and convolutions.</summary>
    public bool IsPrunable => Kind is ParameterKind.Linear or ParameterKind.Convolution;

    /// <summary>Whether weight decay applies: to weights and embeddings, not to norms and biases (as in BERT).</summary>
    public bool Decays => Kind is not (ParameterKind.Normalization or ParameterKind.Bias);

    internal ReadOnlyMemory<float> ValuesMemory => _values;

    internal Memory<float> GradientMemory => _gradient;

    /// <inheritdoc />
    public override string ToString() => $"{Name} [{string.Join(" × ", Shape)}]";
}
