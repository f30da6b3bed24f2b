using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.Formats.Onnx;

namespace Seven.Export;

/// <summary>The transformer layers in an ONNX graph.</summary>
/// <param name="weights">The parameters.</param>
/// <param name="shape">The encoder's shape.</param>
internal sealed class OnnxLayers(OnnxWeights weights, EncoderConfiguration shape)
{
    private readonly OnnxGraph _graph = weights.Graph;
    private OnnxRotary? _rotary;

    /// <summary>The hidden states after all layers.</summary>
    public OnnxStates Add(OnnxStates input)
    {
        string x = input.States;
        if (shape is TextConfiguration { Names.Positions: null } text)
            _rotary = new OnnxRotary(_graph, shape.HeadSize, text.Rotary, input.Mask!);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            var names = shape.Architecture.Layers.Of(layer);
            int number = layer;
            x = Residual(x, y => Attend(y, number, input), names.AttentionOutput, layer > 0 || names.FirstHasNorm ? names.AttentionNorm : null);
            x = Residual(x, y => FeedForward(y, names), names.Output, names.OutputNorm);
        }

        return input with { States = x };
    }

    /// <param name="x">The input.</param>
    /// <param name="inner">The sublayer without its last linear layer.</param>
    /// <param name="last">That layer.</param>
    /// <param name="norm">The norm; <see langword="null"/> for none.</param>
    private string Residual(string x, Func<string, string> inner, string last, string? norm)
    {
        if (shape.NormPlacement == NormPlacement.Before || norm is null)
            return _graph.Node("Add", [x, weights.Linear(last, inner(norm is null ? x : weights.Norm(norm, x)))]);
        if (!weights.UsesContribOperators || !weights.Has(last + ".bias"))
            return weights.Norm(norm, _graph.Node("Add", [x, weights.Linear(last, inner(x))]));
        string[] parameters = [.. new[] { norm + ".weight", norm + ".bias", last + ".bias" }.Select(weights.Tensor)];
        return _graph.Contrib("SkipLayerNormalization", [x, weights.Product(last, inner(x)), .. parameters], ("epsilon", (float)shape.NormEpsilon));
    }

    private string FeedForward(string x, LayerNames names)
    {
        if (!names.IsGated)
            return Expanded(x, names);
        string[] halves = _graph.Nodes("Split", [weights.Linear(names.Intermediate, x)], 2, ("axis", -1L));
        return _graph.Node("Mul", [Activate(halves[0]), halves[1]]);
    }

    private string Expanded(string x, LayerNames names) => weights.UsesContribOperators && shape.Activation == Activation.Gelu && weights.Has(names.Intermediate + ".bias")
        ? _graph.Contrib("BiasGelu", [weights.Product(names.Intermediate, x), weights.Tensor(names.Intermediate + ".bias")])
        : Activate(weights.Linear(names.Intermediate, x));

    private string Activate(string x) => shape.Activation == Activation.Gelu ? OnnxFunctions.Gelu(_graph, x) : _graph.Node("Relu", [x]);

    private string Attend(string x, int layer, OnnxStates input)
    {
        var names = shape.Architecture.Layers.Of(layer);
        int heads = shape.HeadsIn(layer);
        if (weights.UsesContribOperators && heads == shape.Heads && names is { Key: { } fusedKey, Value: { } fusedValue } && weights.Has(names.Query + ".bias"))
            return weights.Attention([names.Query, fusedKey, fusedValue], x, input.Mask is { } mask ? _graph.Node("Cast", [mask], ("to", (long)OnnxType.Int32)) : "", heads);
        string[] parts = [.. Projected(x, names).Select(part => Heads(part, heads))];
        if (_rotary is not null)
            (parts[0], parts[1]) = (_rotary.Turn(parts[0], layer), _rotary.Turn(parts[1], layer));
        string key = _graph.Node("Transpose", [parts[1]], ("perm", new long[] { 0, 1, 3, 2 }));
        string scores = _graph.Node("Mul", [_graph.Node("MatMul", [parts[0], key]), _graph.Scalar((float)(1 / Math.Sqrt(shape.HeadSize)))]);
        scores = input.AddedToScores is { } added ? _graph.Node("Add", [scores, added]) : scores;
        string probabilities = _graph.Node("Softmax", [_rotary?.WithoutFar(scores, layer) ?? scores], ("axis", -1L));
        string context = _graph.Node("Transpose", [_graph.Node("MatMul", [probabilities, parts[2]])], ("perm", new long[] { 0, 2, 1, 3 }));
        return _graph.Node("Reshape", [context, _graph.Longs(0, 0, heads * shape.HeadSize)]);
    }

    /// <summary>Queries, keys and values.</summary>
    private string[] Projected(string x, LayerNames names) => names is { Key: { } key, Value: { } value }
        ? [weights.Linear(names.Query, x), weights.Linear(key, x), weights.Linear(value, x)]
        : _graph.Nodes("Split", [weights.Linear(names.Query, x)], 3, ("axis", -1L));

    /// <summary>From [batch × tokens × attended] to [batch × heads × tokens × head size].</summary>
    private string Heads(string x, int heads) =>
        _graph.Node("Transpose", [_graph.Node("Reshape", [x, _graph.Longs(0, 0, heads, shape.HeadSize)])], ("perm", new long[] { 0, 2, 1, 3 }));
}
