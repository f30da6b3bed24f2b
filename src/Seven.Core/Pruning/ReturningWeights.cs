using System.Numerics.Tensors;
using Seven.Weights;

namespace Seven.Pruning;

/// <summary>What is remembered of one array's removed weights where they may return: their values, and the gradient at their place.</summary>
internal sealed class ReturningWeights(IPrunableWeight weight)
{
    private readonly float[] _gradient = new float[weight.Values.Length];

    /// <summary>Weights that were zero before pruning began; they stay so.</summary>
    private PruningMask? _present;

    /// <summary>Values of removed weights; zeros where weights are kept.</summary>
    public float[] Removed { get; } = new float[weight.Values.Length];

    /// <summary>Notes which weights may return: those that are kept now, and those that were removed with a value.</summary>
    public void Begin(PruningMask mask)
    {
        _present = mask.Copy();
        for (int i = 0; i < Removed.Length; i++)
            if (Removed[i] != 0)
                _present[i] = true;
    }

    /// <summary>Copies a part of the gradient before that of removed weights is set to zero.</summary>
    public void KeepGradient(int start, int length) => weight.Gradient.Slice(start, length).CopyTo(_gradient.AsSpan(start));

    /// <summary>The part of the gradient that was kept.</summary>
    public ReadOnlySpan<float> Gradient(int start, int length) => _gradient.AsSpan(start, length);

    /// <summary>All weights, those that were removed with the value they had.</summary>
    public void Values(int start, Span<float> values) => TensorPrimitives.Add(weight.Values.Slice(start, values.Length), Removed.AsSpan(start, values.Length), values);

    /// <summary>Lets all weights compete again.</summary>
    public void BringBack(PruningMask mask) => _present!.Words.CopyTo(mask.Words);

    /// <summary>Divides all weights into those that the mask keeps and those that are removed.</summary>
    public void Divide(PruningMask mask, int start, int length)
    {
        Span<float> kept = weight.Values.Slice(start, length), removed = Removed.AsSpan(start, length);
        TensorPrimitives.Add(kept, removed, removed);
        removed.CopyTo(kept);
        mask.Apply(kept, start);
        TensorPrimitives.Subtract(removed, kept, removed);
    }
}
