using System.Collections.Concurrent;

namespace Seven.Encoders.Layers;

/// <summary>The layers of a network that are computed over their kept weights alone.</summary>
internal sealed class SparseWeights
{
    private readonly ConcurrentDictionary<Linear, SparseLayer?> _layers = [];
    private readonly Func<Linear, SparseLayer?> _make;

    private SparseWeights(Func<Linear, SparseLayer?> make) => _make = make;

    /// <summary>No layer, but for those that are set.</summary>
    public static SparseWeights None() => new(static _ => null);

    /// <summary>The layers with enough zeros, made as they are first needed, while the weights stand still.</summary>
    /// <param name="tokens">How many tokens are scored at once.</param>
    /// <param name="sparseFrom">Share of zeros from which on a layer is sparse; <see langword="null"/> for what was measured on this machine.</param>
    public static SparseWeights OfZeros(int tokens, double? sparseFrom = null) => new(layer =>
    {
        double smallest = sparseFrom ?? SparseSwitch.ForScoring(layer.Outputs, layer.Inputs, tokens);
        return layer.Sparsity() >= smallest ? layer.ToSparse() : null;
    });

    /// <summary>The layer's kept weights; <see langword="null"/> if it is computed densely.</summary>
    public SparseLayer? Of(Linear layer) => _layers.GetOrAdd(layer, _make);

    public void Set(Linear layer, SparseLayer sparse) => _layers[layer] = sparse;
}
