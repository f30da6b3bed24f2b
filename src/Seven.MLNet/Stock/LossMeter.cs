using Microsoft.ML.Runtime;
using Seven.MLNet.Internals;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.MLNet.Stock;

/// <summary>Adds up the losses of an epoch's updates, which ML.NET's trainers do not hand out: some tell the progress channel, of others the tensor is found.</summary>
internal sealed class LossMeter(bool isReported) : IProgressChannel
{
    private double _sum;

    /// <summary>The mean loss of that many rows since the last call; not a number if one could not be read.</summary>
    public double TakeMean(long rows)
    {
        double mean = _sum / rows;
        _sum = 0;
        return mean;
    }

    /// <summary>Reads the loss of the update under way, unless the trainer reports it.</summary>
    /// <remarks>The trainer keeps the tensors of a step until it ends; the loss is the last scalar among them that has a gradient. (Where a batch is one row,
    /// the score of a similarity is such a scalar too, and comes before.)</remarks>
    public void ReadLoss()
    {
        if (isReported || MlNetInternals.Instance.CurrentScope() is not { } scope)
            return;
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
