using Seven.Encoders;
using Seven.Encoders.Tasks;

namespace Seven.Inference;

/// <summary>Options of a model for inference.</summary>
public sealed record SparseModelOptions
{
    /// <summary>Threads that one call uses while no other call does. Default 0: one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>The numbers with which the model multiplies. Default <see cref="Precision.Automatic"/>.</summary>
    public Precision Precision { get; init; }

    /// <summary>Share of zeros, in [0, 1], from which on a layer is computed over its kept weights alone. Default <see langword="null"/>: where that is
    /// faster, measured once for each shape when the model is loaded.</summary>
    public double? SparseFrom { get; init; }

    /// <summary>Tokens to which texts are cut, marks included, at most what the network reads. Default <see langword="null"/>: what the folder says.</summary>
    public int? MaximumTokens { get; init; }

    /// <summary>The pooling of an embedding model. Default <see langword="null"/>: that of the folder.</summary>
    public Pooling? PoolingMode { get; init; }

    /// <summary>Whether an embedding model's vectors get the length 1. Default <see langword="null"/>: as the folder says.</summary>
    public bool? NormalizeEmbeddings { get; init; }

    /// <summary>A folder's shape as these options change it.</summary>
    /// <exception cref="ArgumentException">An option is for models of another kind.</exception>
    internal EncoderConfiguration ShapeOf(EncoderConfiguration shape, EncoderTask task)
    {
        if ((PoolingMode is not null || NormalizeEmbeddings is not null) && task is not TextEmbeddingTask)
            throw new ArgumentException($"{nameof(PoolingMode)} or {nameof(NormalizeEmbeddings)} is set and the model is for {task.Name}; expected neither, or a model for text embedding.");
        if (MaximumTokens is not null && shape is not TextConfiguration)
            throw new ArgumentException($"{nameof(MaximumTokens)} is {MaximumTokens} and the model is for {task.Name}; expected null, or a model that reads texts.");
        if (shape is not TextConfiguration text)
            return shape;
        return text with
        {
            MaximumTextTokens = MaximumTokens is { } maximum ? Math.Min(maximum, text.MaximumTokens) : text.MaximumTextTokens,
            Pooling = PoolingMode ?? text.Pooling,
            NormalizesVectors = NormalizeEmbeddings ?? text.NormalizesVectors,
        };
    }

    /// <summary>Returns these options if they are in range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal SparseModelOptions Validated()
    {
        Require.Defined<Precision>(Precision, nameof(Precision));
        Require.InRange(Threads, 0, 1024, inclusiveEnd: true, nameof(Threads));
        Require.InRange(MaximumTokens, 8, 1 << 20, inclusiveEnd: true, nameof(MaximumTokens));
        Require.Defined(PoolingMode, nameof(PoolingMode));
        Require.InRange(SparseFrom, 0, 1, inclusiveEnd: true, nameof(SparseFrom));
        return this;
    }
}
