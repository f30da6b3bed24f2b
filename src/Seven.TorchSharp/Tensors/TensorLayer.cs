using Seven.Pruning;
using Seven.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>One pruned parameter on any device, with its parts of the network's masks and scores: what is selected, reported and saved.</summary>
internal sealed class TensorLayer(TorchWeight weight, PruningVectors vectors) : IDisposable
{
    public TorchWeight Weight => weight;

    /// <summary>S, of the parameter's shape.</summary>
    public Tensor Scores => vectors.Scores;

    /// <summary>The criterion's arrays, of the parameter's shape.</summary>
    public IReadOnlyList<Tensor> Memory => vectors.Memory;

    /// <summary>[weights], true where kept.</summary>
    public Tensor Kept1D => vectors.Kept.view(-1);

    /// <summary>True where kept, of the parameter's shape.</summary>
    public Tensor KeptWeights => vectors.Kept;

    public long Kept => vectors.Kept.sum().ToInt64();

    public void TakeOverZeros()
    {
        using var kept = weight.Parameter.ne(0);
        if (kept.any().ToBoolean())
            vectors.Kept.copy_(kept);
    }

    public LayerSnapshot Snapshot(bool withScores)
    {
        var mask = PruningMask.OfNonzero(ToArray(vectors.Kept.to(ScalarType.Float32)));
        return new LayerSnapshot(weight.Name, mask, withScores ? ToArray(Scores) : [], withScores ? [.. vectors.Remembered.Select(ToArray)] : []);
    }

    public void Set(LayerSnapshot snapshot)
    {
        bool[] kept = [.. Enumerable.Range(0, weight.Count).Select(i => snapshot.Mask[i])];
        vectors.Kept.copy_(tensor(kept, vectors.Kept.shape));
        if (snapshot.Scores.Length == 0)
            return;
        Scores.copy_(tensor(snapshot.Scores, Scores.shape));
        foreach (var (array, values) in vectors.Remembered.Zip(snapshot.Memory))
            array.copy_(tensor(values, Scores.shape));
    }

    public void DropScores() => vectors.DropScores();

    public void Dispose() => vectors.Dispose();

    private static float[] ToArray(Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();
}
