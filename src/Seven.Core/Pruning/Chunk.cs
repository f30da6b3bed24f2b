namespace Seven.Pruning;

/// <summary>A part of one layer, small enough to stay in the caches while it is worked on, whole words of its mask long.</summary>
internal readonly record struct Chunk(LayerState Layer, int Start, int Length)
{
    private const int LargestLength = 1 << 14;

    public static Chunk[] Of(IEnumerable<LayerState> layers) =>
    [
        .. from layer in layers
           from index in Enumerable.Range(0, (layer.Mask.Count + LargestLength - 1) / LargestLength)
           let start = index * LargestLength
           select new Chunk(layer, start, Math.Min(LargestLength, layer.Mask.Count - start)),
    ];

    public ReadOnlySpan<float> Scores => Layer.Scores.AsSpan(Start, Length);

    /// <summary>Number of its weights that are kept.</summary>
    public long Kept => PruningMask.CountKept(MaskWords);

    public Span<ulong> MaskWords => Layer.Mask.Words.Slice(
        Start / PruningMask.BitsPerWord, (Length + PruningMask.BitsPerWord - 1) / PruningMask.BitsPerWord);
}
