using Seven.Weights;
using static TorchSharp.torch;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace Seven.TorchSharp.Encoders;

/// <summary>A model's parameters as tensors on a device, under the same names.</summary>
internal sealed class EncoderTensors : IDisposable
{
    private readonly List<(Parameter Host, TorchParameter Tensor)> _all = [];
    private readonly Dictionary<string, TorchParameter> _byName = new(StringComparer.Ordinal);

    public EncoderTensors(IReadOnlyList<Parameter> parameters, Device device)
    {
        foreach (var parameter in parameters)
        {
            using var host = tensor(parameter.Values.ToArray(), [.. parameter.Shape.Select(size => (long)size)]);
            var moved = host.to(device, copy: true).DetachFromDisposeScope();
            var trained = new TorchParameter(moved);
            _all.Add((parameter, trained));
            _byName.Add(parameter.Name, trained);
        }
    }

    public Tensor this[string name] => _byName[name];

    /// <summary>A tensor that a layer may lack.</summary>
    public Tensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Those that weight decay applies to, or those that it does not.</summary>
    public IEnumerable<TorchParameter> Trained(bool decaying) => _all.Where(pair => pair.Host.Decays == decaying).Select(pair => pair.Tensor);

    /// <summary>All, as the pruner sees them.</summary>
    public List<TorchWeight> Weights() => [.. _all.Select(pair => new TorchWeight(pair.Host.Name, pair.Tensor, isLayerWeight: pair.Host.IsPrunable))];

    /// <summary>Copies the tensors back into the model.</summary>
    /// <param name="pruned">Names of the pruned parameters, whose zeros on the device are their masks.</param>
    public void CopyToHost(IReadOnlyList<string> pruned)
    {
        foreach (var (host, trained) in _all)
        {
            Copy(trained, host.Values);
            host.Mask = null;
            if (pruned.Contains(host.Name))
                host.MaskZeros();
        }
    }

    /// <summary>Copies the gradients into the model's.</summary>
    public void CopyGradientsToHost()
    {
        foreach (var (host, trained) in _all)
        {
            using var gradient = trained.grad;
            if (gradient is null)
                host.Gradient.Clear();
            else
                Copy(gradient, host.Gradient);
        }
    }

    public void Dispose()
    {
        foreach (var (_, trained) in _all)
            trained.Dispose();
    }

    private static void Copy(Tensor from, Span<float> to)
    {
        using var detached = from.detach();
        using var host = detached.cpu().contiguous();
        host.data<float>().CopyTo(to);
    }
}
