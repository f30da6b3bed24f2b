using Seven.Encoders;
using Seven.Weights;
using Seven.Weights.Sparse;

namespace Seven.Inference;

/// <summary>A model for inference. Layers that are sparse enough store only their nonzero weights.</summary>
internal sealed class FrozenNetwork
{
    /// <summary>Tokens of one sentence, and of a batch: a layer is sparse where that is faster for both.</summary>
    private static readonly int[] s_usualTokens = [16, 256];

    private readonly double? _sparseFrom;
    private readonly List<(LayerWeights Layer, SparseForm Kept)> _sparseLayers = [];

    private FrozenNetwork(double? sparseFrom) => _sparseFrom = sparseFrom;

    public EncoderModel Model { get; private set; } = null!;

    /// <summary>Weights of linear layers and convolutions, zeros included.</summary>
    public long PrunableWeights { get; private set; }

    /// <summary>Those that are not zero.</summary>
    public long KeptWeights { get; private set; }

    /// <exception cref="InvalidDataException">A file is damaged, or is of an architecture that is not known here.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static FrozenNetwork Read(string folder, double? sparseFrom)
    {
        var network = new FrozenNetwork(sparseFrom);
        network.Model = EncoderModel.LoadForScoring(folder, network.Keep);
        return network;
    }

    /// <summary>The network of a model that is trained no further.</summary>
    public static FrozenNetwork Of(EncoderModel model, double? sparseFrom)
    {
        var network = new FrozenNetwork(sparseFrom) { Model = model };
        foreach (var parameter in model.Parameters)
        {
            parameter.DropGradient();
            network.Keep(parameter);
        }

        return network;
    }

    /// <summary>Does something while the dense matrices are there again.</summary>
    public void WithDenseWeights(Action action)
    {
        lock (_sparseLayers)
        {
            foreach (var (layer, kept) in _sparseLayers)
            {
                layer.Weight.RestoreValues();
                kept.WriteWeights();
            }

            try
            {
                action();
            }
            finally
            {
                foreach (var (layer, _) in _sparseLayers)
                    layer.Weight.DropValues();
            }
        }
    }

    /// <summary>Counts a parameter's kept weights. After the last one of a layer, the layer switches to sparse storage before the next one is allocated.</summary>
    private void Keep(Parameter parameter)
    {
        if (parameter.IsPrunable)
        {
            PrunableWeights += parameter.Count;
            KeptWeights += parameter.Mask?.Kept ?? parameter.Count;
        }

        if (parameter.Layer is not { } layer || parameter != layer.WeightParts.Last())
            return;
        if (layer.Sparsity() < FormChoice.SparseFrom(layer, _sparseFrom, training: false, s_usualTokens))
            return;
        var kept = layer.ToSparse();
        _sparseLayers.Add((layer, kept));
        layer.Form = kept;
        layer.Weight.DropValues();
    }
}
