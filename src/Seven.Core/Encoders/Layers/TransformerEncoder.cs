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
        var builder = new LayerBuilder(configuration, initializer);
        for (int layer = 0; layer < configuration.Layers; layer++)
            _blocks.AddRange(builder.Build(layer));
        Parameters = [.. _blocks.SelectMany(block => block.Parameters)];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>x and the output: [hidden × tokens].</summary>
    public (Matrix Output, Backward Backward) Forward(Matrix x, SequenceLayout layout, Pass pass)
    {
        var backwards = new Stack<Backward>();
        for (int block = 0; block < _blocks.Count; block++)
        {
            (x, var backward) = _blocks[block].Forward(x, layout, pass);
            backwards.Push(backward);
            if (IsLastOfLayer(block))
                pass.Inner?.Hidden?.Add(x);
        }

        return (x, gradient => BackwardThrough(backwards, gradient, pass));
    }

    /// <summary>The same without a backward pass; x is overwritten.</summary>
    public Matrix Score(Matrix x, SequenceLayout layout, Pass pass) => Score(x, _blocks.Count, layout, pass).Values;

    /// <summary>The output of the first blocks.</summary>
    private Activations Score(Matrix input, int blocks, SequenceLayout layout, Pass pass)
    {
        var (x, y) = (pass.WithRanges(input), pass.TakeWithRanges(input.Rows, input.Columns));
        for (int block = 0; block < blocks; block++)
        {
            _blocks[block].Score(x, y, layout, pass);
            (x, y) = (y, x);
            if (pass.Inner?.Hidden is not { } hidden || !IsLastOfLayer(block))
                continue;
            Matrix copy = pass.Arena.Take(input.Rows, input.Columns);
            x.Values.CopyTo(copy);
            hidden.Add(copy);
        }

        return x;
    }

    /// <summary>The output for the first token of each sequence alone, [hidden × sequences]: of the last layer, only what these tokens need is computed.</summary>
    public Matrix ScoreFirstTokens(Matrix x, SequenceLayout layout, Pass pass)
    {
        var before = Score(x, _blocks.Count - BlocksOfLayer, layout, pass);
        Matrix result = pass.Arena.Take(x.Rows, layout.Count);
        _blocks[^1].Score(_blocks[^BlocksOfLayer].ScoreFirstTokens(before, layout, pass), result, layout, pass);
        return result;
    }

    private static bool IsLastOfLayer(int block) => block % BlocksOfLayer == BlocksOfLayer - 1;

    private static Matrix BackwardThrough(Stack<Backward> backwards, Matrix gradient, Pass pass)
    {
        Matrix result = pass.Arena.Take(gradient.Rows, gradient.Columns);
        gradient.CopyTo(result);
        int block = backwards.Count - 1;
        foreach (var backward in backwards)
        {
            if (IsLastOfLayer(block))
                pass.Inner?.Hidden?.AddGradient(block / BlocksOfLayer, result);
            block--;
            var mark = pass.Arena.Mark();
            backward(result).CopyTo(result);
            pass.Arena.Release(mark);
        }

        return result;
    }
}
