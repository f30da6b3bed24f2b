using static TorchSharp.torch;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace Seven.TorchSharp.Encoders;

/// <summary>Copies of weights in bfloat16, which products take in mixed precision; the weights that are stepped and pruned stay float32.</summary>
internal sealed class NarrowTensors : IDisposable
{
    private readonly Dictionary<string, TorchParameter> _byName = new(StringComparer.Ordinal);
    private readonly Tensor _wideValues;
    private readonly Tensor _wideGradients;
    private readonly Tensor _values;
    private readonly Tensor _gradients;

    /// <param name="values">All weights, float32.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="parts">Names, places and shapes of the parameters to copy, which lie one after the other.</param>
    public NarrowTensors(Tensor values, Tensor gradients, IReadOnlyList<(string Name, long Start, long[] Shape)> parts)
    {
        long first = parts[0].Start;
        long count = parts[^1].Start + parts[^1].Shape.Aggregate(1L, (product, size) => product * size) - first;
        (_wideValues, _wideGradients) = (values.narrow(0, first, count).DetachFromDisposeScope(), gradients.narrow(0, first, count).DetachFromDisposeScope());
        (_values, _gradients) = (zeros_like(_wideValues, ScalarType.BFloat16).DetachFromDisposeScope(), zeros_like(_wideGradients, ScalarType.BFloat16).DetachFromDisposeScope());
        foreach (var (name, start, shape) in parts)
            _byName.Add(name, EncoderTensors.Leaf(_values, _gradients, start - first, shape));
    }

    public Tensor? Find(string name) => _byName.GetValueOrDefault(name);

    public void ReadValues()
    {
        using var _ = no_grad();
        _values.copy_(_wideValues);
    }

    /// <summary>Adds the gradients to the weights', and clears them.</summary>
    public void AddGradients()
    {
        using var _ = no_grad();
        _wideGradients.add_(_gradients);
        _gradients.zero_();
    }

    public void Dispose()
    {
        foreach (var leaf in _byName.Values)
            leaf.Dispose();
        foreach (var tensor in new[] { _values, _gradients, _wideValues, _wideGradients })
            tensor.Dispose();
    }
}
