using System.Buffers;
using System.Runtime.CompilerServices;
using Seven.Numerics.Simd;
using Seven.Pruning.Criteria;

namespace Seven.Pruning;

/// <summary>A part of one layer, small enough to stay in the caches while it is worked on, whole words of its mask long.</summary>
internal readonly record struct Chunk(LayerState Layer, int Start, int Length) : IScoredWeights
{
    /// <summary>Whether the gradient of weights that may return was kept before it was masked; otherwise it was not masked yet.</summary>
    public bool HasKeptGradient { get; init; }

    private const int LargestLength = 1 << 14;

    public static Chunk[] Of(IEnumerable<LayerState> layers) =>
    [
        .. from layer in layers
           from index in Enumerable.Range(0, (layer.Mask.Count + LargestLength - 1) / LargestLength)
           let start = index * LargestLength
           select new Chunk(layer, start, Math.Min(LargestLength, layer.Mask.Count - start)),
    ];

    public void Apply<TStep>(TStep update)
        where TStep : struct, ICriterionStep
    {
        if (Layer.Returning is not { } returning)
        {
            Apply(update, Layer.Weight.Values.Slice(Start, Length), Layer.Weight.Gradient.Slice(Start, Length));
            return;
        }

        float[] all = ArrayPool<float>.Shared.Rent(Length);
        returning.Values(Start, all.AsSpan(0, Length));
        Apply(update, all.AsSpan(0, Length), HasKeptGradient ? returning.Gradient(Start, Length) : Layer.Weight.Gradient.Slice(Start, Length));
        ArrayPool<float>.Shared.Return(all);
    }

    private void Apply<TStep>(TStep update, ReadOnlySpan<float> weights, ReadOnlySpan<float> gradient)
        where TStep : struct, ICriterionStep => FusedUpdate.Run(
            new CriterionUpdate<TStep>(update), weights, gradient, Layer.Scores.AsSpan(Start, Length),
            Layer.MemorySlice(0, Start, Length), Layer.MemorySlice(1, Start, Length), Layer.MemorySlice(2, Start, Length));

    /// <summary>A criterion's step over vector registers.</summary>
    private readonly struct CriterionUpdate<TStep>(TStep step) : IFusedUpdate
        where TStep : struct, ICriterionStep
    {
        private readonly TStep _step = step;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TSimd, TVector>(TVector x, TVector y, ref TVector a, ref TVector b, ref TVector c, ref TVector d)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => _step.Apply<TSimd, TVector>(x, y, ref a, ref b, ref c, ref d);
    }
}
