using System.Numerics.Tensors;
using Seven.Encoders;
using Seven.Numerics;
using Seven.Weights;
using Seven.Weights.Int8;

namespace Seven.Inference;

/// <summary>A model for inference. Layers that are sparse enough store only their nonzero weights.</summary>
internal sealed class FrozenNetwork
{
    /// <summary>Tokens of one sentence, and of a batch: a layer is sparse where that is faster for both.</summary>
    private static readonly int[] s_usualTokens = [16, 256];

    private readonly SparseModelOptions _options;
    private readonly List<Frozen> _frozen = [];

    private FrozenNetwork(SparseModelOptions options) => _options = options;

    public EncoderModel Model { get; private set; } = null!;

    /// <summary>The numbers with which the encoder's layers are multiplied.</summary>
    public Precision Precision => _frozen.Exists(frozen => frozen.IsInt8Layer) ? Precision.Int8 : Precision.Float32;

    /// <summary>Weights of linear layers and convolutions, zeros included.</summary>
    public long PrunableWeights { get; private set; }

    /// <summary>Those that are not zero.</summary>
    public long KeptWeights { get; private set; }

    /// <param name="folder">The Hugging Face folder.</param>
    /// <param name="options">How to score.</param>
    /// <param name="onCreated">Called with the network before its weights are read; <see langword="null"/> for nothing.</param>
    /// <exception cref="InvalidDataException">A file is damaged, or is of an architecture that is not known here.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static FrozenNetwork Read(string folder, SparseModelOptions options, Action<EncoderModel>? onCreated = null)
    {
        var network = new FrozenNetwork(options);
        network.Model = EncoderModel.LoadForScoring(folder, options.ShapeOf, network.Prepare + onCreated, network.Keep);
        foreach (var parameter in network.Model.Parameters)
            parameter.Share(null);
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
            foreach (var frozen in _frozen)
            {
                frozen.Weight.RestoreValues();
                frozen.WriteTo(frozen.Weight.Values);
            }

            try
            {
                action();
            }
            finally
            {
                foreach (var frozen in _frozen)
                    frozen.Weight.DropValues();
            }
        }
    }

    /// <summary>Reuses the memory of dropped matrices for those that are read next.</summary>
    private void Prepare(EncoderModel model)
    {
        var spare = new SpareMemory();
        foreach (var parameter in model.Parameters)
        {
            parameter.Share(spare);
            if (parameter.Table is { } table)
                table.KeepsBytes = _options.Precision != Precision.Float32 && model.MayBeInt8(parameter);
        }
    }

    /// <summary>Counts a parameter's kept weights. A table, and a layer after the last of its parameters, switches to smaller storage before the next one is allocated.</summary>
    private void Keep(EncoderModel model, Parameter parameter)
    {
        if (parameter.Table is not { IsRounded: true } && !TensorPrimitives.IsFiniteAll<float>(parameter.Values))
            throw new InvalidDataException($"{parameter.Name} has values that are not finite; expected finite numbers.");
        if (parameter.IsPrunable)
        {
            PrunableWeights += parameter.Count;
            KeptWeights += parameter.Mask?.Kept ?? parameter.Count;
        }

        bool mayBeInt8 = model.MayBeInt8(parameter);
        if (parameter.Layer is { } layer && parameter == layer.WeightParts.Last())
            Freeze(layer, mayBeInt8 && IsInt8(layer.WeightParts));
        else if (parameter.Table is { } table && mayBeInt8 && IsInt8([parameter]))
            Freeze(new Frozen(table.Weight, table.Round().WriteTo, IsInt8Layer: false));
    }

    private bool IsInt8(IReadOnlyList<Parameter> parts) =>
        _options.Precision == Precision.Int8 || (_options.Precision == Precision.Automatic && parts.All(part => part.WasRounded));

    private void Freeze(LayerWeights layer, bool isInt8)
    {
        var form = FormChoice.ForScoring(layer, _options.SparseFrom, isInt8 ? FormUse.Int8Scoring : FormUse.Scoring, s_usualTokens);
        if (form == layer.Dense)
            return;
        layer.Form = form;
        Freeze(new Frozen(layer.Weight, form.WriteTo, form is Int8Form));
    }

    private void Freeze(Frozen frozen)
    {
        _frozen.Add(frozen);
        frozen.Weight.DropValues();
    }

    /// <summary>A matrix whose floats were given back.</summary>
    /// <param name="Weight">The matrix.</param>
    /// <param name="WriteTo">Writes them again.</param>
    /// <param name="IsInt8Layer">Whether it is a layer's, and is multiplied in bytes.</param>
    private sealed record Frozen(TrainableMatrix Weight, Action<Matrix> WriteTo, bool IsInt8Layer);
}
