using System.Numerics.Tensors;
using Seven.Encoders;
using Seven.Weights;
using Seven.Weights.Int8;

namespace Seven.Inference;

/// <summary>A model for inference. Layers that are sparse enough store only their nonzero weights.</summary>
internal sealed class FrozenNetwork
{
    /// <summary>Tokens of one sentence, and of a batch: a layer is sparse where that is faster for both.</summary>
    private static readonly int[] s_usualTokens = [16, 256];

    private readonly SparseModelOptions _options;
    private readonly List<(LayerWeights Layer, WeightForm Form)> _frozen = [];

    private FrozenNetwork(SparseModelOptions options) => _options = options;

    public EncoderModel Model { get; private set; } = null!;

    /// <summary>The numbers with which the encoder's layers are multiplied.</summary>
    public Precision Precision => _frozen.Exists(frozen => frozen.Form is Int8Form) ? Precision.Int8 : Precision.Float32;

    /// <summary>Weights of linear layers and convolutions, zeros included.</summary>
    public long PrunableWeights { get; private set; }

    /// <summary>Those that are not zero.</summary>
    public long KeptWeights { get; private set; }

    /// <exception cref="InvalidDataException">A file is damaged, or is of an architecture that is not known here.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static FrozenNetwork Read(string folder, SparseModelOptions options)
    {
        var network = new FrozenNetwork(options);
        network.Model = EncoderModel.LoadForScoring(folder, network.Keep);
        return network;
    }

    /// <summary>The network of a model that is trained no further.</summary>
    public static FrozenNetwork Of(EncoderModel model, SparseModelOptions options)
    {
        var network = new FrozenNetwork(options) { Model = model };
        foreach (var parameter in model.Parameters)
        {
            parameter.DropGradient();
            network.Keep(model, parameter);
        }

        return network;
    }

    /// <summary>Does something while the dense matrices are there again.</summary>
    public void WithDenseWeights(Action action)
    {
        lock (_frozen)
        {
            foreach (var (layer, form) in _frozen)
            {
                layer.Weight.RestoreValues();
                form.WriteTo(layer.Weight.Values);
            }

            try
            {
                action();
            }
            finally
            {
                foreach (var (layer, _) in _frozen)
                    layer.Weight.DropValues();
            }
        }
    }

    /// <summary>Counts a parameter's kept weights. After the last one of a layer, the layer switches to sparse storage before the next one is allocated.</summary>
    private void Keep(EncoderModel model, Parameter parameter)
    {
        if (!TensorPrimitives.IsFiniteAll<float>(parameter.Values))
            throw new InvalidDataException($"{parameter.Name} has values that are not finite; expected finite numbers.");
        if (parameter.IsPrunable)
        {
            PrunableWeights += parameter.Count;
            KeptWeights += parameter.Mask?.Kept ?? parameter.Count;
        }

        if (parameter.Layer is not { } layer || parameter != layer.WeightParts.Last())
            return;
        bool isInt8 = model.IsOfEncoderLayer(parameter)
            && (_options.Precision == Precision.Int8 || (_options.Precision == Precision.Automatic && layer.WeightParts.TrueForAll(part => part.WasRounded)));
        var form = FormChoice.ForScoring(layer, _options.SparseFrom, isInt8 ? FormUse.Int8Scoring : FormUse.Scoring, s_usualTokens);
        if (form == layer.Dense)
            return;
        _frozen.Add((layer, form));
        layer.Form = form;
        layer.Weight.DropValues();
    }
}
