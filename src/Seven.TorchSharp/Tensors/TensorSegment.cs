using Seven.Pruning.Criteria;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Seven.TorchSharp.Tensors;

/// <summary>Pruned parameters that are updated at once: those that lie one after the other in one tensor, or a single one.</summary>
internal sealed class TensorSegment : IPrunedPart, IDisposable
{
    /// <summary>A criterion's formula needs some twenty tensors of this size at a time, 64 MiB each: no more than a batch of training needs. More would hardly be faster.</summary>
    private const long LargestCount = 1 << 24;

    private readonly PruningVectors _vectors;

    /// <summary>A parameter's own shape, or one dimension where several lie one after the other.</summary>
    private readonly long[] _shape;

    /// <summary>Gradients before those of removed weights were set to zero, in this update.</summary>
    private Tensor? _given;

    private TensorSegment(IReadOnlyList<TorchWeight> weights, PruningVectors all, long start)
    {
        (Owner, Start, Count) = (weights[0].Owner, weights[0].Start, weights.Sum(weight => (long)weight.Count));
        _shape = Count == Owner.numel() ? Owner.shape : [Count];
        _vectors = all.Part(start, _shape);
    }

    public Parameter Owner { get; }

    public long Start { get; }

    public long Count { get; }

    /// <summary>θ, without removed values.</summary>
    private Tensor Weights => Of(Owner);

    private Tensor Gradient => Owner.grad is { } gradient ? Of(gradient) : zeros_like(Weights);

    /// <summary>The segments of weights, in order.</summary>
    public static TensorSegment[] Of(IReadOnlyList<TorchWeight> weights, PruningVectors all)
    {
        var segments = new List<TensorSegment>();
        long start = 0;
        for (int first = 0, next; first < weights.Count; first = next)
        {
            long count = weights[first].Count;
            for (next = first + 1; next < weights.Count && count + weights[next].Count <= LargestCount && IsAfter(weights[next], weights[next - 1]); next++)
                count += weights[next].Count;
            segments.Add(new TensorSegment([.. weights.Skip(first).Take(next - first)], all, start));
            start += count;
        }

        return [.. segments];
    }

    public void Mask(Tensor values) => values.masked_fill_(_vectors.Pruned, 0);

    public void MaskWeights() => Mask(Weights);

    public void MaskGradient()
    {
        using var gradient = Owner.grad;
        if (gradient is not null)
            Mask(Of(gradient));
    }

    /// <summary>Takes a step of the criterion.</summary>
    public void UpdateScores(ICriterion criterion, int step)
    {
        using var scope = NewDisposeScope();
        if (_vectors.Removed is { } removed)
        {
            KeepGradient();
            criterion.Update(step, new TensorWeights(Weights.add(removed), _given!, _vectors.Scores, _vectors.Memory));
            return;
        }

        var gradient = Gradient;
        Mask(gradient);
        criterion.Update(step, new TensorWeights(Weights, gradient, _vectors.Scores, _vectors.Memory));
        Mask(_vectors.Scores);
    }

    /// <summary>Copies the gradient, once an update, where removed weights may return.</summary>
    public void KeepGradient()
    {
        if (_vectors.Removed is not null)
            _given ??= Gradient.clone().DetachFromDisposeScope();
    }

    public void DropGradient()
    {
        _given?.Dispose();
        _given = null;
    }

    /// <summary>Remembers the values of weights that are not kept, where they may return.</summary>
    public void KeepRemoved()
    {
        if (_vectors.Removed is not { } removed)
            return;
        removed.copy_(Weights);
        removed.masked_fill_(_vectors.Kept, 0);
    }

    /// <summary>Removed weights have their values again.</summary>
    public void BringBack() => Weights.add_(_vectors.Removed!);

    public void DropScores() => _vectors.DropScores();

    public void Dispose()
    {
        DropGradient();
        _vectors.Dispose();
    }

    private static bool IsAfter(TorchWeight weight, TorchWeight before) =>
        weight.Owner.Handle == before.Owner.Handle && weight.Start == before.Start + before.Count;

    /// <summary>The segment's part of a tensor of the owner's shape.</summary>
    private Tensor Of(Tensor whole) => Count == Owner.numel() ? whole : whole.narrow(0, Start, Count);
}
