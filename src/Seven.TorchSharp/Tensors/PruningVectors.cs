using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>What is remembered of weights: of all that can be pruned, as one vector each, or of a part of them.</summary>
internal sealed class PruningVectors : IDisposable
{
    /// <summary>Nothing is pruned, all scores are zero.</summary>
    /// <param name="count">The number of weights.</param>
    /// <param name="memoryArrays">How many arrays the criterion needs.</param>
    /// <param name="weightsReturn">Whether removed weights may return.</param>
    /// <param name="device">Where the weights are.</param>
    public PruningVectors(long count, int memoryArrays, bool weightsReturn, Device device)
        : this(
            ones(count, dtype: ScalarType.Bool, device: device).DetachFromDisposeScope(), zeros(count, dtype: ScalarType.Bool, device: device).DetachFromDisposeScope(),
            Zeros(count, device), [.. Enumerable.Range(0, memoryArrays).Select(_ => Zeros(count, device))], weightsReturn ? Zeros(count, device) : null)
    {
    }

    private PruningVectors(Tensor kept, Tensor pruned, Tensor scores, IReadOnlyList<Tensor> memory, Tensor? removed) =>
        (Kept, Pruned, Scores, Memory, Removed) = (kept, pruned, scores, memory, removed);

    /// <summary>True where kept.</summary>
    public Tensor Kept { get; }

    /// <summary>True where not kept, once <see cref="ReadKept"/> was called.</summary>
    public Tensor Pruned { get; }

    /// <summary>S.</summary>
    public Tensor Scores { get; }

    /// <summary>The criterion's arrays.</summary>
    public IReadOnlyList<Tensor> Memory { get; }

    /// <summary>Values of removed weights that may return; <see langword="null"/> where none does.</summary>
    public Tensor? Removed { get; }

    /// <summary>The criterion's arrays, and the values of removed weights after them.</summary>
    public IEnumerable<Tensor> Remembered => Removed is null ? Memory : [.. Memory, Removed];

    /// <summary>The same memory, from a place on, in another shape.</summary>
    public PruningVectors Part(long start, long[] shape)
    {
        return new PruningVectors(Of(Kept), Of(Pruned), Of(Scores), [.. Memory.Select(Of)], Removed is null ? null : Of(Removed));

        Tensor Of(Tensor whole)
        {
            using var flat = whole.narrow(0, start, shape.Aggregate(1L, (product, size) => product * size));
            return flat.view(shape).DetachFromDisposeScope();
        }
    }

    /// <summary>To be called after <see cref="Kept"/> was changed.</summary>
    public void ReadKept()
    {
        using var pruned = Kept.logical_not();
        Pruned.copy_(pruned);
    }

    /// <summary>Gives back all but the masks.</summary>
    public void DropScores()
    {
        Scores.Dispose();
        foreach (var tensor in Remembered)
            tensor.Dispose();
    }

    public void Dispose()
    {
        DropScores();
        Kept.Dispose();
        Pruned.Dispose();
    }

    private static Tensor Zeros(long count, Device device) => zeros(count, device: device).DetachFromDisposeScope();
}
