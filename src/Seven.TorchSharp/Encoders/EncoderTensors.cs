using Seven.Weights;
using TorchSharp;
using static TorchSharp.torch;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace Seven.TorchSharp.Encoders;

/// <summary>A model's parameters on a device, under the same names. All lie one after the other in one tensor, and so do their gradients: a GPU then clears, clips,
/// steps and prunes them by a few operations instead of a few for each parameter.</summary>
internal sealed class EncoderTensors : IDisposable
{
    /// <summary>On the CPU AdamW's formula over more than some 16 MiB goes through memory again and again, and each time through new pages of it.</summary>
    private const long LargestOnCpu = 1 << 22;

    private readonly List<(Parameter Host, TorchParameter Tensor, long Start)> _all = [];
    private readonly Dictionary<string, TorchParameter> _byName = new(StringComparer.Ordinal);
    private readonly List<(TorchParameter Tensor, long Start, bool Decays)> _stepped = [];
    private readonly Tensor _values;
    private readonly Tensor _gradients;
    private readonly NarrowTensors? _narrow;

    public EncoderTensors(IReadOnlyList<Parameter> parameters, Device device, bool mixedPrecision = false)
    {
        Parameter[] ordered = [.. parameters.OrderBy(parameter => PlaceOf(parameter.Kind))];
        long count = ordered.Sum(parameter => (long)parameter.Count);
        (_values, _gradients) = (zeros(count, device: device).DetachFromDisposeScope(), zeros(count, device: device).DetachFromDisposeScope());
        long start = 0;
        foreach (var parameter in ordered)
        {
            using var host = tensor(parameter.Values.ToArray());
            using var place = _values.narrow(0, start, parameter.Count);
            place.copy_(host);
            var trained = Leaf(_values, _gradients, start, [.. parameter.Shape.Select(size => (long)size)]);
            _all.Add((parameter, trained, start));
            _byName.Add(parameter.Name, trained);
            start += parameter.Count;
        }

        StepTogether(device.type == DeviceType.CPU ? LargestOnCpu : long.MaxValue);
        if (mixedPrecision)
            _narrow = new NarrowTensors(_values, _gradients, [.. _all.Where(item => IsFactor(item.Host.Kind)).Select(item => (item.Host.Name, item.Start, item.Tensor.shape))]);
    }

    public Tensor this[string name] => _byName[name];

    /// <summary>A tensor that a layer may lack.</summary>
    public Tensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>What a product takes for a tensor, or adds to it: a narrow copy in mixed precision, else the tensor itself.</summary>
    public Tensor? FindFactor(string name) => _narrow is null ? Find(name) : _narrow.Find(name);

    /// <summary>What an optimizer steps: vectors of all parameters that weight decay applies to, or of those that it does not.</summary>
    public IEnumerable<TorchParameter> Stepped(bool decaying) => _stepped.Where(vector => vector.Decays == decaying).Select(vector => vector.Tensor);

    /// <summary>All, as the pruner sees them.</summary>
    public List<TorchWeight> Weights() => [.. _all.Select(item =>
    {
        var (owner, start, _) = _stepped.Last(vector => vector.Start <= item.Start);
        return new TorchWeight(item.Host.Name, item.Tensor, isLayerWeight: item.Host.IsPrunable, owner, item.Start - start);
    })];

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients() => _gradients.zero_();

    /// <summary>Before a forward pass: narrow copies take over the weights as they are.</summary>
    public void ReadValues() => _narrow?.ReadValues();

    /// <summary>After a backward pass: gradients of narrow copies become the weights'.</summary>
    public void AddNarrowGradients() => _narrow?.AddGradients();

    /// <summary>Copies the tensors back into the model.</summary>
    /// <param name="pruned">Names of the pruned parameters, whose zeros on the device are their masks.</param>
    public void CopyToHost(IReadOnlyList<string> pruned)
    {
        var names = pruned.ToHashSet(StringComparer.Ordinal);
        foreach (var (host, trained, _) in _all)
        {
            Copy(trained, host.Values);
            host.Mask = null;
            if (names.Contains(host.Name))
                host.MaskZeros();
        }
    }

    /// <summary>Copies the gradients into the model's.</summary>
    public void CopyGradientsToHost()
    {
        foreach (var (host, trained, _) in _all)
        {
            using var gradient = trained.grad!;
            Copy(gradient, host.Gradient);
        }
    }

    public void Dispose()
    {
        foreach (var (_, trained, _) in _all)
            trained.Dispose();
        foreach (var (tensor, _, _) in _stepped)
            tensor.Dispose();
        _narrow?.Dispose();
        _values.Dispose();
        _gradients.Dispose();
    }

    /// <summary>Divides the tensor of all into the vectors that an optimizer steps: parameters that lie one after the other and decay or do not, no more values than a limit where there are several.</summary>
    private void StepTogether(long largest)
    {
        for (int first = 0, next; first < _all.Count; first = next)
        {
            var (host, _, start) = _all[first];
            long count = host.Count;
            for (next = first + 1; next < _all.Count && _all[next].Host.Decays == host.Decays && count + _all[next].Host.Count <= largest; next++)
                count += _all[next].Host.Count;
            _stepped.Add((Leaf(_values, _gradients, start, [count]), start, host.Decays));
        }
    }

    /// <summary>A part of a vector as a parameter of its own, whose gradient is the same part of another.</summary>
    internal static TorchParameter Leaf(Tensor values, Tensor gradients, long start, long[] shape)
    {
        using var scope = NewDisposeScope();
        var leaf = new TorchParameter(Part(values).detach());
        leaf.grad = Part(gradients);
        return (TorchParameter)leaf.DetachFromDisposeScope();

        Tensor Part(Tensor whole) => whole.narrow(0, start, shape.Aggregate(1L, (product, size) => product * size)).view(shape);
    }

    /// <summary>Whether products take it, or add it to theirs.</summary>
    private static bool IsFactor(ParameterKind kind) => kind is not (ParameterKind.Embedding or ParameterKind.Normalization);

    /// <summary>The order in the tensor of all: what weight decay applies to first, so that an optimizer has two vectors on a GPU, and what products take in one piece.</summary>
    private static int PlaceOf(ParameterKind kind) => kind switch
    {
        ParameterKind.Embedding => 0,
        ParameterKind.Bias => 2,
        ParameterKind.Normalization => 3,
        _ => 1,
    };

    private static void Copy(Tensor from, Span<float> to)
    {
        using var detached = from.detach();
        using var host = detached.cpu().contiguous();
        host.data<float>().CopyTo(to);
    }
}
