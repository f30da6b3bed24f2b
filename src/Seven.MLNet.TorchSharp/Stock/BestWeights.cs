using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>A copy of a network's weights, for early stopping.</summary>
internal sealed class BestWeights(nn.Module model) : IDisposable
{
    private readonly List<(Parameter Parameter, Tensor Copy)> _weights =
        [.. model.parameters().Select(parameter => (parameter, parameter.detach().clone().DetachFromDisposeScope()))];

    private bool _areKept;

    /// <summary>Copies the weights.</summary>
    public void Keep()
    {
        Copy((parameter, copy) => copy.copy_(parameter));
        _areKept = true;
    }

    /// <summary>Restores the weights that were kept last, if any were.</summary>
    public void Restore()
    {
        if (_areKept)
            Copy((parameter, copy) => parameter.copy_(copy));
    }

    public void Dispose()
    {
        foreach (var (_, copy) in _weights)
            copy.Dispose();
    }

    private void Copy(Action<Tensor, Tensor> copy)
    {
        using var _ = no_grad();
        foreach (var (parameter, weights) in _weights)
            copy(parameter, weights);
    }
}
