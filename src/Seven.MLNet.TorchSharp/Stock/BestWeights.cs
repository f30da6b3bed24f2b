using Seven.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>The weights of the best epoch so far, for early stopping.</summary>
internal sealed class BestWeights(nn.Module model, int patience) : IDisposable
{
    private readonly List<(Parameter Parameter, Tensor Copy)> _weights =
        [.. model.parameters().Select(parameter => (parameter, parameter.detach().clone().DetachFromDisposeScope()))];

    private EpochSummary? _best;
    private int _epochsSince;

    /// <summary>Whether as many epochs as patience allows went by without a better one.</summary>
    public bool IsOutOfPatience => _epochsSince >= patience;

    /// <summary>Takes the weights over if the epoch is the best so far. Sparser goes before better.</summary>
    /// <param name="epoch">The epoch just run.</param>
    /// <param name="counts">Whether it counts for patience: only once pruning is over.</param>
    public void Judge(EpochSummary epoch, bool counts)
    {
        bool isBetter = _best is null || epoch.Sparsity > _best.Sparsity
            || (epoch.Sparsity == _best.Sparsity && epoch.Evaluation!.Primary.Value > _best.Evaluation!.Primary.Value);
        _epochsSince = isBetter || !counts ? 0 : _epochsSince + 1;
        if (!isBetter)
            return;
        _best = epoch;
        Copy((parameter, copy) => copy.copy_(parameter));
    }

    public void Restore()
    {
        if (_best is not null)
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
