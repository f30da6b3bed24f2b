using Microsoft.ML.Runtime;
using Seven.MLNet.TorchSharp.Internals;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.MLNet.TorchSharp.Stock;

/// <summary>Adds up the losses of an epoch's updates, which ML.NET's trainers do not return: some report them to the progress channel, of others the tensor is found.</summary>
internal sealed class LossMeter(bool isReported) : IProgressChannel
{
    private double _sum;
    private double _sumBefore;

    /// <summary>The mean loss of that many rows since the last call; not a number if one could not be read.</summary>
    public double TakeMean(long rows)
    {
        double mean = _sum / rows;
        (_sum, _sumBefore) = (0, 0);
        return mean;
    }

    /// <summary>The summed loss since the last call of this member, of the rows that were read or reported by then.</summary>
    public double TakeLatest()
    {
        double latest = _sum - _sumBefore;
        _sumBefore = _sum;
        return latest;
    }

    /// <summary>Reads the loss of the update under way, unless the trainer reports it.</summary>
    /// <remarks>The trainer keeps the tensors of a step until it ends; the loss is the last scalar among them that has a gradient. (Where a batch is one row,
    /// the score of a similarity is such a scalar too, and comes before.)</remarks>
    public void ReadLoss()
    {
        if (isReported)
            return;
        if (!StockInternals.HasScopes || StockInternals.CurrentScope() is not { } scope)
        {
            _sum = double.NaN;
            return;
        }

        var loss = scope.DisposablesView.OfType<Tensor>().LastOrDefault(tensor => !tensor.IsInvalid && tensor.Dimensions == 0 && tensor.requires_grad);
        _sum += loss?.ToDouble() ?? double.NaN;
    }

    void IProgressChannel.Checkpoint(params double?[] values) => _sum += isReported && values.Length > 0 ? values[0] ?? 0 : 0;

    void IProgressChannel.SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
    {
    }

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => this;

    void IDisposable.Dispose()
    {
    }
}
