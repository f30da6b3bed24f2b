namespace Seven.Pruning.Patterns;

/// <summary>Of every m neighboring weights of a row n are kept, such as 2 of 4, which NVIDIA's GPUs from Ampere on multiply at twice the speed.</summary>
/// <remarks>The sparsity must be 1 - n/m. Until the last pruning step the n largest scores of each group are safe, and the others go by the schedule.</remarks>
public sealed record NOfM : MaskPattern
{
    /// <summary>n of m.</summary>
    /// <param name="kept">n, at least 1.</param>
    /// <param name="of">m, above n.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public NOfM(int kept, int of)
    {
        Require.AtLeast(kept, 1, nameof(kept));
        Require.AtLeast(of, kept + 1, nameof(of));
        Group = (kept, of);
    }

    /// <inheritdoc />
    public override string Name => $"{Group!.Value.Kept} of {Group.Value.Of}";

    /// <inheritdoc />
    public override (int Kept, int Of)? Group { get; }
}
