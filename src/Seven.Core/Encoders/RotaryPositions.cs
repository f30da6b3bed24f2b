namespace Seven.Encoders;

/// <summary>Positions as rotations of queries and keys (Su et al., "RoFormer", 2021), with some layers in which tokens attend to their neighbors alone, as in ModernBERT (Warner et al., 2024).</summary>
public sealed record RotaryPositions
{
    /// <summary>The base of the rotations' wavelengths in layers whose tokens attend to all. Default 160,000.</summary>
    public double GlobalTheta { get; init; } = 160_000;

    /// <summary>The base in the other layers. Default 10,000.</summary>
    public double LocalTheta { get; init; } = 10_000;

    /// <summary>Tokens that a token sees in those layers: as many to its left as to its right, together. Default 128.</summary>
    public int LocalAttention { get; init; } = 128;

    /// <summary>Every how many layers, from the first on, tokens attend to all. Default 3.</summary>
    public int GlobalEvery { get; init; } = 3;

    internal bool IsGlobal(int layer) => layer % GlobalEvery == 0;

    internal double ThetaOf(int layer) => IsGlobal(layer) ? GlobalTheta : LocalTheta;

    /// <summary>The number of tokens to each side that a token attends to; <see langword="null"/> for all.</summary>
    internal int? ReachOf(int layer) => IsGlobal(layer) ? null : LocalAttention / 2;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Validate()
    {
        Require.Positive(GlobalTheta, nameof(GlobalTheta));
        Require.Positive(LocalTheta, nameof(LocalTheta));
        Require.InRange(LocalAttention, 2, 1 << 20, inclusiveEnd: true, nameof(LocalAttention));
        Require.InRange(GlobalEvery, 1, 1024, inclusiveEnd: true, nameof(GlobalEvery));
    }
}
