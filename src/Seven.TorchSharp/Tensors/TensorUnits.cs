using Seven.Pruning.Patterns;
using static TorchSharp.torch;

namespace Seven.TorchSharp.Tensors;

/// <summary>A layer's weights as the units of a pattern, on any device. Does what PatternUnits does in Seven.Core.</summary>
internal sealed class TensorUnits : IDisposable
{
    private const float Safe = float.MaxValue;

    private readonly TensorLayer _layer;
    private readonly (int Kept, int Of)? _group;

    /// <summary>The matrix as [unit rows × rows of a unit × unit columns × columns of a unit].</summary>
    private readonly long[] _shape;

    public TensorUnits(TensorLayer layer, MaskPattern pattern)
    {
        var (rows, columns) = MaskPattern.MatrixOf(layer.Weight.Shape);
        var (unitRows, unitColumns) = pattern.UnitIn(rows, columns);
        (_layer, _group) = (layer, pattern.Group);
        _shape = [rows / unitRows, unitRows, columns / unitColumns, unitColumns];
        Mask = ones(_shape[0] * _shape[2], dtype: ScalarType.Bool, device: layer.Scores.device).DetachFromDisposeScope();
        Scores = zeros(_shape[0] * _shape[2], device: layer.Scores.device).DetachFromDisposeScope();
    }

    /// <summary>[units], true where kept.</summary>
    public Tensor Mask { get; }

    /// <summary>[units].</summary>
    public Tensor Scores { get; }

    /// <summary>Sums scores over the weights of each unit, and sets those of units that are safe in their group.</summary>
    public void Gather()
    {
        using var scope = NewDisposeScope();
        Scores.copy_(_layer.Scores.view(_shape).sum([1, 3]).view(-1));
        if (_group is not { } group)
            return;
        var (scores, kept) = (Scores.view(-1, group.Of), Mask.view(-1, group.Of));
        var candidates = where(kept, scores, full_like(scores, float.NegativeInfinity));
        var rank = zeros_like(scores);
        for (int other = 0; other < group.Of; other++)
        {
            // Of equal scores those that come first rank higher.
            var rival = candidates.narrow(1, other, 1);
            var isAhead = arange(group.Of, device: scores.device).gt(other);
            rank.add_(rival.gt(candidates).logical_or_(rival.eq(candidates).logical_and_(isAhead)).to(ScalarType.Float32));
        }

        scores.masked_fill_(rank.lt(group.Kept).logical_and_(kept), Safe);
    }

    /// <summary>Removes the weights of units that are not kept.</summary>
    public void Expand()
    {
        using var scope = NewDisposeScope();
        var kept = _layer.KeptWeights.view(_shape);
        kept.logical_and_(Mask.view(_shape[0], 1, _shape[2], 1));
    }

    /// <summary>Units all of whose weights were removed count as removed.</summary>
    public void ReadMask()
    {
        using var scope = NewDisposeScope();
        Mask.copy_(_layer.KeptWeights.view(_shape).to(ScalarType.Float32).sum([1, 3]).gt(0).view(-1));
    }

    public void Dispose()
    {
        Mask.Dispose();
        Scores.Dispose();
    }
}
