namespace Seven.Weights;

/// <summary>The role of a parameter in the network, which determines whether it is pruned and whether it decays.</summary>
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

    /// <summary>Scale or shift of a normalization.</summary>
    Normalization,

    /// <summary>An additive constant per output.</summary>
    Bias,
}

/// <summary>A named array of trainable values with its gradient, both row-major.</summary>
public sealed class Parameter : IPrunableWeight, ITrainable
{
    private readonly TrainableMatrix _matrix;
    private readonly int _start;

    /// <param name="name">The name.</param>
    /// <param name="kind">The role of the parameter.</param>
    /// <param name="shape">Sizes, slowest dimension first.</param>
    /// <param name="matrix">Where its values are.</param>
    /// <param name="start">The first of them, for parameters that share a matrix.</param>
    internal Parameter(string name, ParameterKind kind, IReadOnlyList<int> shape, TrainableMatrix matrix, int start = 0)
    {
        (Name, Kind, Shape, _matrix, _start) = (name, kind, shape, matrix, start);
        Count = shape.Aggregate(1, (product, size) => checked(product * size));
        if (start + Count > matrix.Rows * matrix.Columns)
            throw new ArgumentException($"{name} has {Count} values from {start} on; expected at most {matrix.Rows} × {matrix.Columns} in all.");
    }

    /// <summary>The name under which Hugging Face files hold it, such as <c>bert.encoder.layer.0.output.dense.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The role of the parameter.</summary>
    public ParameterKind Kind { get; }

    /// <summary>Sizes, slowest dimension first.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Number of values.</summary>
    public int Count { get; }

    /// <summary>The values, row-major.</summary>
    public Span<float> Values => _matrix.Values.Values.Slice(_start, Count);

    /// <summary>The weights that pruning keeps; <see langword="null"/> where none were pruned. Compact files and sparse forms are built from it.</summary>
    public PruningMask? Mask { get; internal set; }

    /// <summary>Whether the file that the values were read from has them in 8 or 4 bits.</summary>
    internal bool WasRounded { get; set; }

    /// <summary>The gradient of the loss, in the order of <see cref="Values"/>; zero before the first backward pass, and for layers whose kept weights
    /// alone are trained.</summary>
    public Span<float> Gradient => _matrix.Gradient.Values.Slice(_start, Count);

    /// <summary>Whether pruning may remove values of it: the weights of linear layers and convolutions.</summary>
    public bool IsPrunable => Kind is ParameterKind.Linear or ParameterKind.Convolution;

    /// <summary>Whether weight decay applies: to weights and embeddings, not to norms and biases (as in BERT).</summary>
    public bool Decays => Kind is not (ParameterKind.Normalization or ParameterKind.Bias);

    /// <summary>The layer whose W these are rows of; <see langword="null"/> for all else.</summary>
    internal LayerWeights? Layer { get; init; }

    /// <summary>The part that it has in what the network can lose as a whole; <see langword="null"/> for all else.</summary>
    internal StructurePart? Structure { get; init; }

    /// <summary>The table whose vectors these are; <see langword="null"/> for all else.</summary>
    internal VectorTable? Table { get; init; }

    /// <summary>The row of the layer's matrix at which these begin.</summary>
    internal int FirstRow => Layer is null ? 0 : _start / Layer.Inputs;

    internal ReadOnlyMemory<float> ValuesMemory => _matrix.Values.Memory.Slice(_start, Count);

    internal Memory<float> GradientMemory => _matrix.Gradient.Memory.Slice(_start, Count);

    /// <summary>Copies values and mask to a parameter of the same shape.</summary>
    internal void CopyTo(Parameter target)
    {
        Values.CopyTo(target.Values);
        target.Mask = Mask?.Copy();
    }

    /// <summary>The memory that values are taken from and returned to.</summary>
    internal void Share(SpareMemory? spare) => _matrix.Spare = spare;

    /// <summary>Gives the gradient's memory back.</summary>
    internal void DropGradient() => _matrix.DropGradient();

    /// <summary>Counts values that are zero as pruned. Call it after weights were removed by other means than a <c>Pruner</c>.</summary>
    public void MaskZeros() => Mask = Values.Contains(0f) ? PruningMask.OfNonzero(Values) : null;

    /// <inheritdoc />
    public override string ToString() => $"{Name} [{string.Join(" × ", Shape)}]";
}
