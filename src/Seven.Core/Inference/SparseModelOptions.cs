namespace Seven.Inference;

/// <summary>How a model scores.</summary>
public sealed record SparseModelOptions
{
    /// <summary>Threads that one call uses while no other call does. Default 0: one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>The numbers with which the model multiplies. Default <see cref="Precision.Automatic"/>.</summary>
    public Precision Precision { get; init; }

    /// <summary>Share of zeros, in [0, 1], from which on a layer is computed over its kept weights alone. Default <see langword="null"/>: where that is
    /// faster, measured once for each shape when the model is loaded.</summary>
    public double? SparseFrom { get; init; }

    /// <summary>Returns these options if they are in range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal SparseModelOptions Validated()
    {
        if (!Enum.IsDefined(Precision))
            throw new ArgumentOutOfRangeException(nameof(Precision), $"{nameof(Precision)} is {Precision}; expected {string.Join(", ", Enum.GetNames<Precision>())}.");
        Require.InRange(Threads, 0, 1024, inclusiveEnd: true, nameof(Threads));
        if (SparseFrom is { } sparsity)
            Require.InRange(sparsity, 0, 1, inclusiveEnd: true, nameof(SparseFrom));
        return this;
    }
}
