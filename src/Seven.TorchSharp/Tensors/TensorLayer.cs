using Seven.Pruning;
using Seven.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>One pruned parameter on any device: its mask, its scores and the criterion's arrays, which are parts of the network's.</summary>
internal sealed class TensorLayer : IDisposable
{
    private readonly Tensor _mask;

    public TensorLayer(TorchWeight weight, long start, Tensor mask, Tensor scores, IReadOnlyList<Tensor> memory, Tensor? removed = null)
    {
        Weight = weight;
        _mask = Part(mask);
        Scores = Part(scores);
        Memory = [.. memory.Select(Part)];
        Removed = removed is null ? null : Part(removed);

        Tensor Part(Tensor whole)
        {
            using var flat = whole.narrow(0, start, weight.Count);
            return flat.view(weight.Parameter.shape).DetachFromDisposeScope();
        }
    }

    public TorchWeight Weight { get; }

    /// <summary>S, of the parameter's shape.</summary>
    public Tensor Scores { get; }

    /// <summary>The criterion's arrays, of the parameter's shape.</summary>
    public IReadOnlyList<Tensor> Memory { get; }

    /// <summary>Values of removed weights that may return; <see langword="null"/> where none does.</summary>
    public Tensor? Removed { get; }

    /// <summary>[weights], true where kept.</summary>
    public Tensor Kept1D => _mask.view(-1);

    /// <summary>True where kept, of the parameter's shape.</summary>
    public Tensor KeptWeights => _mask;

    public long Kept => _mask.sum().ToInt64();

    /// <summary>The criterion's arrays, and the values of removed weights after them.</summary>
    private IEnumerable<Tensor> Remembered => Removed is null ? Memory : [.. Memory, Removed];

    public void Mask(Tensor values)
    {
        using var pruned = _mask.logical_not();
        values.masked_fill_(pruned, 0);
    }

    /// <summary>Remembers the values of weights that are not kept, where they may return.</summary>
    public void KeepRemoved()
    {
        if (Removed is null)
            return;
        Removed.copy_(Weight.Parameter);
        Removed.masked_fill_(_mask, 0);
    }

    public void TakeOverZeros()
    {
        using var kept = Weight.Parameter.ne(0);
        if (kept.any().ToBoolean())
            _mask.copy_(kept);
    }

    public LayerSnapshot Snapshot(bool withScores)
    {
        var mask = PruningMask.OfNonzero(ToArray(_mask.to(ScalarType.Float32)));
        return new LayerSnapshot(
            Weight.Name, mask, withScores ? ToArray(Scores) : [], withScores ? [.. Remembered.Select(ToArray)] : []);
    }

    public void Set(LayerSnapshot snapshot)
    {
        bool[] kept = [.. Enumerable.Range(0, Weight.Count).Select(i => snapshot.Mask[i])];
        _mask.copy_(tensor(kept, _mask.shape));
        if (snapshot.Scores.Length == 0)
            return;
        Scores.copy_(tensor(snapshot.Scores, Scores.shape));
        foreach (var (tensor, values) in Remembered.Zip(snapshot.Memory))
            tensor.copy_(torch.tensor(values, Scores.shape));
    }

    public void DropScores()
    {
        Scores.Dispose();
        foreach (var tensor in Remembered)
            tensor.Dispose();
    }

    public void Dispose() => _mask.Dispose();

    private static float[] ToArray(Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();
}
