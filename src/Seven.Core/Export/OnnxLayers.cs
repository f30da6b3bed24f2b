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

    /// <summary>The hidden states after all layers.</summary>
    public OnnxStates Add(OnnxStates input)
    {
        string x = input.States;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            var names = shape.Architecture.Layers.Of(layer);
            int heads = shape.HeadsIn(layer);
            x = Residual(x, y => Attend(y, names, heads, input), names.AttentionOutput, names.AttentionNorm);
            x = Residual(x, y => FeedForward(y, names), names.Output, names.OutputNorm);
        }

        return input with { States = x };
    }

    /// <param name="x">The input.</param>
    /// <param name="inner">The sublayer without its last linear layer.</param>
    /// <param name="last">That layer.</param>
    /// <param name="norm">The norm.</param>
    private string Residual(string x, Func<string, string> inner, string last, string norm)
    {
        if (shape.NormPlacement == NormPlacement.Before)
            return _graph.Node("Add", [x, weights.Linear(last, inner(weights.Norm(norm, x)))]);
        if (!weights.UsesContribOperators || !weights.Has(last + ".bias"))
            return weights.Norm(norm, _graph.Node("Add", [x, weights.Linear(last, inner(x))]));
        string[] parameters = [.. new[] { norm + ".weight", norm + ".bias", last + ".bias" }.Select(weights.Tensor)];
        return _graph.Contrib("SkipLayerNormalization", [x, weights.Product(last, inner(x)), .. parameters], ("epsilon", (float)shape.NormEpsilon));
    }

    private string FeedForward(string x, LayerNames names) => weights.UsesContribOperators && shape.Activation == Activation.Gelu && weights.Has(names.Intermediate + ".bias")
        ? _graph.Contrib("BiasGelu", [weights.Product(names.Intermediate, x), weights.Tensor(names.Intermediate + ".bias")])
        : Activate(weights.Linear(names.Intermediate, x));

    private string Activate(string x) => shape.Activation == Activation.Gelu ? OnnxFunctions.Gelu(_graph, x) : _graph.Node("Relu", [x]);

    private string Attend(string x, LayerNames names, int heads, OnnxStates input)
    {
        if (weights.UsesContribOperators && heads == shape.Heads && weights.Has(names.Query + ".bias"))
            return weights.Attention([names.Query, names.Key, names.Value], x, input.Mask is { } mask ? _graph.Node("Cast", [mask], ("to", (long)OnnxType.Int32)) : "", heads);
        string? added = input.AddedToScores;
        string query = Heads(weights.Linear(names.Query, x), heads, isKey: false);
        string key = Heads(weights.Linear(names.Key, x), heads, isKey: true);
        string value = Heads(weights.Linear(names.Value, x), heads, isKey: false);
        string scores = _graph.Node("Mul", [_graph.Node("MatMul", [query, key]), _graph.Scalar((float)(1 / Math.Sqrt(shape.HeadSize)))]);
        string probabilities = _graph.Node("Softmax", [added is null ? scores : _graph.Node("Add", [scores, added])], ("axis", -1L));
        string context = _graph.Node("Transpose", [_graph.Node("MatMul", [probabilities, value])], ("perm", new long[] { 0, 2, 1, 3 }));
        return _graph.Node("Reshape", [context, _graph.Longs(0, 0, heads * shape.HeadSize)]);
    }

    /// <summary>From [batch × tokens × attended] to [batch × heads × tokens × head size], or with the last two turned round for keys.</summary>
    private string Heads(string x, int heads, bool isKey) => _graph.Node(
        "Transpose", [_graph.Node("Reshape", [x, _graph.Longs(0, 0, heads, shape.HeadSize)])], ("perm", isKey ? new long[] { 0, 2, 3, 1 } : new long[] { 0, 2, 1, 3 }));
}
