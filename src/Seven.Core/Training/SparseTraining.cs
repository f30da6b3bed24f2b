using Seven.Numerics;
using Seven.Pruning;
using Seven.Weights;
using Seven.Weights.Sparse;

namespace Seven.Training;

/// <summary>Lets training follow pruning: a layer with enough zeros is computed over its kept weights alone, and once pruning is over it has gradients and
/// moments for them alone, too.</summary>
internal sealed class SparseTraining : IDisposable
{
    private readonly Pruner _pruner;
    private readonly IReadOnlyList<PrunedLayer> _layers;
    private readonly Workers _workers;
    private bool _pruningIsOver;
    private bool _denseIsStale;

    /// <param name="parameters">The network's.</param>
    /// <param name="pruner">What prunes it.</param>
    /// <param name="sparseFrom">For a layer, the share of zeros from which on it is sparse.</param>
    /// <param name="workers">The threads.</param>
    public SparseTraining(IReadOnlyList<Parameter> parameters, Pruner pruner, Func<LayerWeights, double> sparseFrom, Workers workers)
    {
        (_pruner, _workers) = (pruner, workers);
        var masks = pruner.Names.Zip(pruner.Masks).ToDictionary();
        _layers =
        [
            .. from parameter in parameters
               where parameter.Layer is not null
               group parameter by parameter.Layer into parts
               where parts.All(part => masks.ContainsKey(part.Name))
               select new PrunedLayer(parts.Key, [.. parts], [.. parts.Select(part => masks[part.Name])], sparseFrom(parts.Key)),
        ];
    }

    /// <summary>Makes the gradients of sparse layers zero, as long as they are not among the optimizer's.</summary>
    public void ClearGradients()
    {
        if (!_pruningIsOver)
            ForEachSparse(static layer => layer.Sparse!.Gradient.Clear());
    }

    /// <summary>Copies gradients of sparse layers to the dense ones, while pruning needs them.</summary>
    public void WriteGradients()
    {
        if (!_pruningIsOver)
            ForEachSparse(static layer => layer.Sparse!.WriteGradient());
    }

    /// <summary>Updates the forms after the weights have changed.</summary>
    /// <param name="pruned">Whether there are more zeros than before.</param>
    /// <param name="optimizer">Whose moments become those of kept weights when pruning is over.</param>
    public void Follow(bool pruned, AdamW optimizer)
    {
        if (_pruningIsOver)
        {
            ForEachSparse(static layer => layer.Sparse!.ValuesChanged());
            _denseIsStale = true;
            return;
        }

        ForEach(_layers, layer => Follow(layer, pruned));
        if (_pruner.Phase == PruningPhase.Recovery)
            KeepSparseOnly(optimizer);
    }

    /// <summary>Brings the dense matrices up to date, which no update needs once pruning is over.</summary>
    public void WriteWeights()
    {
        if (_denseIsStale)
            ForEachSparse(static layer => layer.Sparse!.WriteTo(layer.Layer.Weight.Values));
        _denseIsStale = false;
    }

    /// <summary>The optimizer's moments of a parameter, zeros included, if they are those of a sparse layer.</summary>
    public (float[] First, float[] Second)? DenseMoments(Parameter parameter, AdamW optimizer)
    {
        if (!_pruningIsOver || _layers.FirstOrDefault(layer => layer.Parts.Contains(parameter)) is not { Sparse: { } sparse })
            return null;
        var (first, second) = optimizer.MomentsOf(sparse);
        var (denseFirst, denseSecond) = (new float[parameter.Count], new float[parameter.Count]);
        sparse.Rows.Pattern.Scatter(first, parameter.FirstRow, denseFirst);
        sparse.Rows.Pattern.Scatter(second, parameter.FirstRow, denseSecond);
        return (denseFirst, denseSecond);
    }

    /// <summary>The model is left with dense weights, which hold the same values.</summary>
    public void Dispose()
    {
        WriteWeights();
        foreach (var layer in _layers)
            layer.SwitchToDense();
    }

    private static void Follow(PrunedLayer layer, bool pruned)
    {
        if (layer.Sparse is null)
        {
            if (pruned && layer.Sparsity >= layer.SparseFrom)
                layer.SwitchToSparse();
        }
        else if (pruned)
        {
            layer.Sparse.Shrink(layer.Masks);
        }
        else
        {
            layer.Sparse.ReadWeights();
        }
    }

    /// <summary>From here on no weight is pruned or comes back: what is zero needs no gradient, no moments and nobody to keep it zero.</summary>
    private void KeepSparseOnly(AdamW optimizer)
    {
        foreach (var layer in _layers.Where(layer => layer.Sparse is not null))
        {
            // Made anew, it takes no more memory than it needs.
            layer.SwitchToSparse();
            optimizer.Replace(layer.Parts, layer.Sparse!, moments => Gather(layer, moments));
            layer.Layer.Weight.DropGradient();
        }

        _pruner.StopHolding(_layers.Where(layer => layer.Sparse is not null).SelectMany(layer => layer.Parts));
        _pruningIsOver = true;
    }

    private static float[] Gather(PrunedLayer layer, IReadOnlyList<float[]> ofParts)
    {
        var kept = new float[layer.Sparse!.Rows.Pattern.Kept];
        for (int i = 0; i < ofParts.Count; i++)
            layer.Sparse.Rows.Pattern.Gather(ofParts[i], layer.Parts[i].FirstRow, kept);
        return kept;
    }

    private void ForEachSparse(Action<PrunedLayer> action) => ForEach([.. _layers.Where(layer => layer.Sparse is not null)], action);

    private void ForEach(IReadOnlyList<PrunedLayer> layers, Action<PrunedLayer> action) => _workers.For(layers.Count, grain: 1, (start, end) =>
    {
        for (int i = start; i < end; i++)
            action(layers[i]);
    });

    /// <summary>A layer all of whose weights are pruned, with the masks of its parts.</summary>
    private sealed class PrunedLayer(LayerWeights layer, IReadOnlyList<Parameter> parts, IReadOnlyList<PruningMask> masks, double sparseFrom)
    {
        public LayerWeights Layer => layer;

        public IReadOnlyList<Parameter> Parts => parts;

        public double SparseFrom => sparseFrom;

        public int Count => masks.Sum(mask => mask.Count);

        public int Kept => masks.Sum(mask => mask.Kept);

        public SparseForm? Sparse { get; private set; }

        public double Sparsity => 1 - Kept / (double)Count;

        /// <summary>The masks of all rows.</summary>
        public IReadOnlyList<PruningMask> Masks => masks;

        public void SwitchToSparse() => layer.Form = Sparse = SparseForm.Of(layer.Weight, masks);

        public void SwitchToDense() => layer.Form = layer.Dense;
    }
}
