using Seven.Encoders.Architectures;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>Makes the layers of an encoder, one after another: the order in which they draw their start values is part of what a seed means.</summary>
/// <param name="shape">The encoder's shape.</param>
/// <param name="initializer">Start values.</param>
internal sealed class LayerBuilder(EncoderConfiguration shape, WeightInitializer initializer)
{
    private readonly RotaryPositions? _rotary = shape is TextConfiguration { Names.Positions: null } text ? text.Rotary : null;

    /// <summary>By the base of their wavelengths, which layers share.</summary>
    private readonly Dictionary<double, RotaryTable> _rotations = [];

    /// <summary>A layer's attention and its feed-forward block.</summary>
    /// <param name="layer">Its number, from 0.</param>
    public ResidualBlock[] Build(int layer)
    {
        var names = shape.Architecture.Layers.Of(layer);
        var attention = Attention(layer, names);
        return [Block(attention, layer > 0 || names.FirstHasNorm ? names.AttentionNorm : null, names), Block(FeedForward(names), names.OutputNorm, names)];
    }

    private ResidualBlock Block(ISublayer sublayer, string? norm, LayerNames names) => new(
        sublayer, norm is null ? null : new LayerNormalization(norm, shape.HiddenSize, shape.NormEpsilon, names.HasBiases), shape.NormPlacement, shape.HiddenDropout);

    private SelfAttention Attention(int layer, LayerNames names)
    {
        int heads = shape.HeadsIn(layer), attended = heads * shape.HeadSize;
        var rows = new StructurePart(StructureKind.AttentionHeads, names.Prefix, heads, IsOfColumns: false);
        // A matrix of queries, keys and values together has no rows that belong to a head alone.
        var queryKeyValue = NewLinear(shape.HiddenSize, names is { Key: { } key, Value: { } value }
            ? [.. new[] { names.Query, key, value }.Select(name => new Linear.Part(name, attended, Structure: rows, HasBias: names.HasBiases))]
            : [new(names.Query, 3 * attended, HasBias: names.HasBiases)]);
        var output = NewLinear(attended, [new(names.AttentionOutput, shape.HiddenSize, Structure: names.Key is null ? null : rows with { IsOfColumns = true }, HasBias: names.HasBiases)]);
        return new SelfAttention(queryKeyValue, output, heads, shape.HeadSize, shape.AttentionDropout, RotationsOf(layer), _rotary?.ReachOf(layer));
    }

    private ISublayer FeedForward(LayerNames names)
    {
        int features = shape.IntermediateSize;
        // A matrix of outputs and gates together has no rows that belong to a feature alone.
        var rows = names.IsGated ? null : new StructurePart(StructureKind.IntermediateFeatures, names.Prefix, features, IsOfColumns: false);
        var expand = NewLinear(shape.HiddenSize, [new(names.Intermediate, names.IsGated ? 2 * features : features, Structure: rows, HasBias: names.HasBiases)]);
        var contract = NewLinear(features, [new(names.Output, shape.HiddenSize, Structure: rows is null ? null : rows with { IsOfColumns = true }, HasBias: names.HasBiases)]);
        return names.IsGated ? new GatedFeedForward(expand, contract, shape.Activation) : new FeedForward(expand, contract, shape.Activation);
    }

    private RotaryTable? RotationsOf(int layer)
    {
        if (_rotary is null)
            return null;
        double theta = _rotary.ThetaOf(layer);
        if (!_rotations.TryGetValue(theta, out var table))
            _rotations.Add(theta, table = new RotaryTable(shape.HeadSize, theta));
        return table;
    }

    private Linear NewLinear(int inputs, Linear.Part[] parts) => new(inputs, initializer, ParameterKind.Linear, parts);
}
