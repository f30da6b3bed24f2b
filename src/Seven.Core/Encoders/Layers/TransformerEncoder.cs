using Seven.Encoders.Architectures;
using Seven.Numerics;
using Seven.Weights;

namespace Seven.Encoders.Layers;

/// <summary>A stack of transformer layers: attention and feed-forward, each in a residual block.</summary>
internal sealed class TransformerEncoder
{
    /// <summary>Attention and feed-forward.</summary>
    private const int BlocksOfLayer = 2;

    private readonly List<ResidualBlock> _blocks = [];

    /// <param name="configuration">The stack's shape.</param>
    /// <param name="initializer">Start values.</param>
    public TransformerEncoder(EncoderConfiguration configuration, WeightInitializer initializer)
    {
        for (int layer = 0; layer < configuration.Layers; layer++)
            AddLayer(configuration, configuration.Architecture.Layers.Of(layer), initializer);
        Parameters = [.. _blocks.SelectMany(block => block.Parameters)];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>x and the output: [hidden × tokens].</summary>
    public (Matrix Output, Backward Backward) Forward(Matrix x, SequenceLayout layout, Pass pass)
    {
        var backwards = new Stack<Backward>();
        foreach (var block in _blocks)
        {
            (x, var backward) = block.Forward(x, layout, pass);
            backwards.Push(backward);
        }

        return (x, gradient => BackwardThrough(backwards, gradient, pass));
    }

    /// <summary>The same without a backward pass; x is overwritten.</summary>
    public Matrix Score(Matrix x, SequenceLayout layout, Pass pass)
    {
        Matrix y = pass.Arena.Take(x.Rows, x.Columns);
        foreach (var block in _blocks)
        {
            block.Score(x, y, layout, pass);
            (x, y) = (y, x);
        }

        return x;
    }

    /// <summary>The output for the first token of each sequence alone, [hidden × sequences]: of the last layer, only what these tokens need is computed.</summary>
    public Matrix ScoreFirstTokens(Matrix x, SequenceLayout layout, Pass pass)
    {
        Matrix y = pass.Arena.Take(x.Rows, x.Columns);
        for (int block = 0; block < _blocks.Count - BlocksOfLayer; block++)
        {
            _blocks[block].Score(x, y, layout, pass);
            (x, y) = (y, x);
        }

        Matrix first = _blocks[^BlocksOfLayer].ScoreFirstTokens(x, layout, pass), result = pass.Arena.Take(x.Rows, layout.Count);
        _blocks[^1].Score(first, result, layout, pass);
        return result;
    }

    private static Matrix BackwardThrough(Stack<Backward> backwards, Matrix gradient, Pass pass)
    {
        Matrix result = pass.Arena.Take(gradient.Rows, gradient.Columns);
        gradient.CopyTo(result);
        foreach (var backward in backwards)
        {
            var mark = pass.Arena.Mark();
            backward(result).CopyTo(result);
            pass.Arena.Release(mark);
        }

        return result;
    }

    private void AddLayer(EncoderConfiguration shape, LayerNames names, WeightInitializer initializer)
    {
        int hidden = shape.HiddenSize;
        var queryKeyValue = new Linear(
            hidden, initializer, ParameterKind.Linear, new(names.Query, hidden), new(names.Key, hidden), new(names.Value, hidden));
        var output = new Linear(hidden, initializer, ParameterKind.Linear, new Linear.Part(names.AttentionOutput, hidden));
        var expand = new Linear(hidden, initializer, ParameterKind.Linear, new Linear.Part(names.Intermediate, shape.IntermediateSize));
        var contract = new Linear(shape.IntermediateSize, initializer, ParameterKind.Linear, new Linear.Part(names.Output, hidden));

        Add(new SelfAttention(queryKeyValue, output, shape.Heads, shape.AttentionDropout), names.AttentionNorm);
        Add(new FeedForward(expand, contract, shape.Activation), names.OutputNorm);

        void Add(ISublayer sublayer, string norm) => _blocks.Add(new ResidualBlock(
            sublayer, new LayerNormalization(norm, hidden, shape.NormEpsilon), shape.NormPlacement, shape.HiddenDropout));
    }
}
